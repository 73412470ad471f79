import type { Log } from '../log.ts';
import type { Table } from '../platform/dynamodb/table.ts';
import type { Capture } from './capture.ts';
import { describeError, taskFailure } from './model.ts';

/** How many reported items an instance remembers. */
const MAX_REMEMBERED = 1_000;

/** The family of `MEMBER#rita` is `MEMBER`. */
const familyOf = (sortKey: string): string => sortKey.split('#', 1)[0] ?? '';

/**
 * Reports items that can't be parsed: each once per instance in the log, and as one task exception for all items of a
 * family, so that a thousand of them make one notification. Its trace names the first.
 */
export const makeReportUnreadable = (deps: {
  readonly log: Log;
  readonly capture: Capture;
  readonly functionName: string;
}): Table['reportUnreadable'] => {
  const noted = new Set<string>();
  return async ({ pk, sk }, error) => {
    const item = `${pk} ${sk}`;
    if (noted.has(item)) return;
    if (noted.size >= MAX_REMEMBERED) noted.clear();
    noted.add(item);
    deps.log.error('An unreadable item was skipped', { item, error });
    await deps.capture({
      ...taskFailure(error, { function: deps.functionName }),
      exception_class: 'UnreadableItem',
      message: `An item of the family ${familyOf(sk)} can't be parsed and was skipped`,
      trace: `${item}\n${describeError(error).trace ?? describeError(error).message}`,
    });
  };
};
