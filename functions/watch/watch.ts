import { FUNCTION } from '../contract.ts';
import { watchAfter } from '../domain/delivery.ts';
import type { DeliveryMessage } from '../domain/delivery-message.ts';
import { type ExceptionReport, taskFailure } from '../domain/exception.ts';
import type { Log } from '../log.ts';
import type { Resting, RestingPage } from '../store/watched.ts';

export type WatchDeps = {
  /** The partitions of the index. */
  readonly shards: readonly string[];
  readonly listResting: (shard: string, before: Date, start: RestingPage['end']) => Promise<RestingPage>;
  /** Tells the positions of the messages that the queue did not take. */
  readonly sendDeliveries: (messages: readonly DeliveryMessage[]) => Promise<ReadonlySet<number>>;
  readonly noteNudge: (resting: Resting, next: string) => Promise<'noted' | 'overtaken'>;
  readonly now: () => Date;
  readonly log: Log;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

/** Pages of a partition that one run takes; what is left, the next one does. */
const MAX_PAGES = 20;

/** Set going so often without being claimed, people must look. */
const IN_VAIN = 3;

class RestingDelivery extends Error {
  override readonly name = 'RestingDelivery';
}

/** Without names: a notification about this one rests in its turn where nothing is delivered at all. */
const report = (error: unknown): ExceptionReport => taskFailure(error, { function: FUNCTION.watch });

/**
 * Sends a message for each, and only then notes it: a watch that dies in between sends another, which finds the delivery
 * claimed or over. A note that failed leaves its delivery to the next run.
 */
const setGoing = async (deps: WatchDeps, page: readonly Resting[]): Promise<void> => {
  const notTaken = await deps.sendDeliveries(
    page.map(({ notification_id, delivery_id }) => ({ notification_id, delivery_id })),
  );
  const taken = page.filter((_, position) => !notTaken.has(position));
  const now = deps.now();
  await Promise.all(taken.map((resting) => deps.noteNudge(resting, watchAfter(now, resting.nudges + 1))));
  for (const { notification_id, delivery_id, nudges } of taken)
    deps.log.error('A delivery rested and was set going', { notification_id, delivery_id, nudges: nudges + 1 });
  if (notTaken.size > 0) throw new Error('The delivery queue did not take a message');
  if (taken.some(({ nudges }) => nudges + 1 >= IN_VAIN))
    await deps.capture(report(new RestingDelivery(`A delivery rests, although it was set going ${IN_VAIN} times`)));
};

const watchShard = async (deps: WatchDeps, shard: string, before: Date): Promise<void> => {
  let start: RestingPage['end'];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { resting, end } = await deps.listResting(shard, before, start);
    if (resting.length > 0) await setGoing(deps, resting);
    if (end === undefined) return;
    start = end;
  }
};

/**
 * Finds deliveries that rest in `pending` or `retrying` beyond their schedule, as their message was lost or given up, and
 * gives each a message again. A partition that fails fails the run in the end, and holds up no other.
 */
export const watch = (deps: WatchDeps) => async (): Promise<void> => {
  const before = deps.now();
  const done = await Promise.allSettled(deps.shards.map((shard) => watchShard(deps, shard, before)));
  const failed = done.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return;
  await deps.capture(report(failed.reason));
  throw failed.reason;
};
