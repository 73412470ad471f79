import type { Delivery } from '../../core/deliveries/model.ts';
import type { ExceptionReport } from '../../core/exceptions/model.ts';
import type { Log } from '../../core/log.ts';
import { closedUntil, type Line } from '../../core/targets/send-slots.ts';
import { type Attempted, taskReport } from './attempt.ts';

export type HeedDeps = {
  readonly lineOf: (delivery: Delivery) => Line | null;
  readonly closeLine: (closing: { readonly line: Line; readonly until: Date; readonly now: Date }) => Promise<void>;
  readonly now: () => Date;
  readonly log: Log;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

/**
 * Closes the line of a target that throttled a try, so that its other messages wait instead of meeting the same. It comes
 * beside the settlement and fails no delivery: the next one that is throttled closes it again.
 */
export const heedThrottle = async (deps: HeedDeps, { delivery, outcome, tried }: Attempted): Promise<void> => {
  const line = deps.lineOf(delivery);
  const now = deps.now();
  const until = tried === null ? null : closedUntil(outcome, now);
  if (line === null || until === null) return;
  try {
    await deps.closeLine({ line, until, now });
  } catch (error) {
    deps.log.error('The line of a throttling target could not be closed', { channel: delivery.channel, error });
    await deps.capture(taskReport(error, null));
  }
};
