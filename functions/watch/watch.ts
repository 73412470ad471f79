import { FUNCTION } from '../../core/contract.ts';
import {
  attemptEach,
  type Failures,
  type MakeDeliveriesDeps,
  makeDeliveries,
} from '../../core/deliveries/make-deliveries.ts';
import type { Stalled, StalledPage, WatchRange } from '../../core/deliveries/store/stalled.ts';
import { isRequeuedAt, latestLook, nextLookAfter } from '../../core/deliveries/sweep-schedule.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import type { Notification } from '../../core/notifications/model.ts';

export type WatchDeps = MakeDeliveriesDeps & {
  /** The partitions of the index. */
  readonly shards: readonly string[];
  readonly listStalled: (shard: string, range: WatchRange, start: StalledPage['end']) => Promise<StalledPage>;
  readonly noteLook: (
    stalled: Stalled,
    next: { readonly watch_at: string; readonly nudges: number },
  ) => Promise<'noted' | 'overtaken'>;
  /** Finds a notification by its id; null where it is gone. May throw for one alone. */
  readonly readNotifications: (ids: readonly string[]) => Promise<(id: string) => Notification | null>;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

/** Pages of a partition that one run takes; what is left, the next one does. */
const MAX_PAGES = 20;

/** Found stalled so often without going on, people must look. */
const IN_VAIN = 3;

class StalledDelivery extends Error {
  override readonly name = 'StalledDelivery';
}

/** Without names: a notification about this one stalls in its turn where nothing is delivered at all. */
const report = (error: unknown): ExceptionReport => taskFailure(error, { function: FUNCTION.watch });

const lookAgain = (deps: WatchDeps, stalled: readonly Stalled[]) => {
  const now = deps.now();
  return Promise.all(
    stalled.map(({ nudges, ...delivery }) =>
      deps.noteLook({ ...delivery, nudges }, { watch_at: nextLookAfter(now, nudges + 1), nudges: nudges + 1 }),
    ),
  );
};

/**
 * Sends a message for each that has none waiting, and only then notes it: a sweeper that dies in between sends another, which
 * finds the delivery claimed or over. A note that failed leaves its delivery to the next run.
 */
const requeue = async (deps: WatchDeps, stalled: readonly Stalled[]): Promise<void> => {
  const due = stalled.filter(({ nudges }) => isRequeuedAt(nudges));
  const named = due.flatMap(({ notification_id, delivery_id }) =>
    delivery_id === null ? [] : [{ notification_id, delivery_id }],
  );
  const notTaken = await deps.sendDeliveries(named);
  const taken = due.filter((_, position) => !notTaken.has(position));
  await lookAgain(deps, [...taken, ...stalled.filter((stalled) => !due.includes(stalled))]);
  for (const { notification_id, delivery_id, nudges } of taken)
    deps.log.error('Stalled delivery re-queued', { notification_id, delivery_id, nudges: nudges + 1 });
  if (notTaken.size > 0) throw new Error('The delivery queue did not take a message');
  if (stalled.some(({ nudges }) => nudges + 1 >= IN_VAIN))
    await deps.capture(report(new StalledDelivery(`A delivery was found stalled ${IN_VAIN} times in a row`)));
};

/** Makes the deliveries of notifications whose fan-out was lost. That takes them out of the index; one that fails stays. */
const fanOutStalled = async (deps: WatchDeps, stalled: readonly Stalled[]): Promise<void> => {
  const failures: Failures = new Map();
  const find = await deps.readNotifications(stalled.map(({ notification_id }) => notification_id));
  const read = await attemptEach([...stalled.entries()], failures, ({ notification_id }) => find(notification_id));
  const found = read.flatMap(([position, notification]) =>
    notification === null ? [] : [[position, notification] as const],
  );
  await makeDeliveries(deps, found, failures);
  for (const [position, { notification_id, nudges }] of stalled.entries())
    deps.log.error('Stalled notification fanned out', {
      notification_id,
      nudges,
      ...(failures.has(position) && { error: failures.get(position) }),
    });
  const [error] = failures.values();
  if (error === undefined) return;
  await lookAgain(
    deps,
    stalled.filter((_, position) => failures.has(position)),
  );
  throw error;
};

const act = async (deps: WatchDeps, stalled: readonly Stalled[]): Promise<void> => {
  const [notifications, deliveries] = [true, false].map((isOne) =>
    stalled.filter(({ delivery_id }) => (delivery_id === null) === isOne),
  );
  const done = await Promise.allSettled([
    ...(notifications?.length ? [fanOutStalled(deps, notifications)] : []),
    ...(deliveries?.length ? [requeue(deps, deliveries)] : []),
  ]);
  const failed = done.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

const eachPage = async (
  deps: WatchDeps,
  request: { readonly shard: string; readonly range: WatchRange },
  act: (stalled: readonly Stalled[]) => Promise<unknown>,
): Promise<void> => {
  let start: StalledPage['end'];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { stalled, end } = await deps.listStalled(request.shard, request.range, start);
    await act(stalled);
    if (end === undefined) return;
    start = end;
  }
};

/** What a wrong clock put off for longer than anything waits gets a time by this one. */
const bringForward = (deps: WatchDeps, stalled: readonly Stalled[], now: Date) =>
  Promise.all(
    stalled.map((stalled) => deps.noteLook(stalled, { watch_at: nextLookAfter(now, 0), nudges: stalled.nudges })),
  );

const watchShard = async (deps: WatchDeps, shard: string, now: Date): Promise<void> => {
  await eachPage(deps, { shard, range: { beyond: latestLook(now) } }, (stalled) => bringForward(deps, stalled, now));
  await eachPage(deps, { shard, range: { upTo: now.toISOString() } }, (stalled) => act(deps, stalled));
};

/**
 * Finds deliveries that stay `pending` or `retrying` beyond their schedule, as their message was lost or given up, and gives
 * each a message again; and notifications that were not fanned out in time, and makes their deliveries. A partition that fails
 * fails the run in the end, and holds up no other.
 */
export const watch = (deps: WatchDeps) => async (): Promise<void> => {
  const now = deps.now();
  const done = await Promise.allSettled(deps.shards.map((shard) => watchShard(deps, shard, now)));
  const failed = done.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return;
  await deps.capture(report(failed.reason));
  throw failed.reason;
};
