import { FUNCTION } from '../../core/contract.ts';
import {
  attemptEach,
  type Failures,
  type MakeDeliveriesDeps,
  makeDeliveries,
} from '../../core/deliveries/make-deliveries.ts';
import type { Stalled, StalledPage, SweepRange } from '../../core/deliveries/store/stalled.ts';
import { isRequeuedAt, latestSweepAt, nextSweepAt } from '../../core/deliveries/sweep-schedule.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import type { Heartbeat } from '../../core/heartbeat/model.ts';
import type { Notification } from '../../core/notifications/model.ts';

export type SweepDeps = MakeDeliveriesDeps & {
  /** Begins a heartbeat. */
  readonly writeHeartbeat: (heartbeat: Heartbeat) => Promise<void>;
  /** The partitions of the sweeper's index. */
  readonly shards: readonly string[];
  readonly listStalled: (shard: string, range: SweepRange, start: StalledPage['end']) => Promise<StalledPage>;
  readonly recordSweep: (
    stalled: Stalled,
    next: { readonly sweep_at: string; readonly sweeps: number },
  ) => Promise<'recorded' | 'overtaken'>;
  /** Finds a notification by its id: null if it was deleted. May throw for one that can't be read. */
  readonly readNotifications: (ids: readonly string[]) => Promise<(id: string) => Notification | null>;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

/** Pages of a partition that one run processes; the next run continues. */
const MAX_PAGES = 20;

/** A delivery that is found stalled this often in a row is reported as an exception. */
const REPORTED_FROM = 3;

class StalledDelivery extends Error {
  override readonly name = 'StalledDelivery';
}

/** Without ids, so that all reports are one exception: its own notification may stall as well. */
const report = (error: unknown): ExceptionReport => taskFailure(error, { function: FUNCTION.sweeper });

const scheduleNextSweep = (deps: SweepDeps, stalled: readonly Stalled[]) => {
  const now = deps.now();
  return Promise.all(
    stalled.map((item) => {
      const sweeps = item.sweeps + 1;
      return deps.recordSweep(item, { sweep_at: nextSweepAt(now, sweeps), sweeps });
    }),
  );
};

/** Sends messages for deliveries; answers those that the queue refused. */
const sendMessages = async (deps: SweepDeps, due: readonly Stalled[]) => {
  const messages = due.flatMap(({ notification_id, delivery_id }) =>
    delivery_id === null ? [] : [{ notification_id, delivery_id }],
  );
  const refused = await deps.sendDeliveries(messages);
  return due.filter((_, position) => refused.has(position));
};

/**
 * Sends messages first and records them second: a sweeper that dies in between sends another one, which finds the delivery
 * claimed or settled.
 */
const requeueDeliveries = async (deps: SweepDeps, stalled: readonly Stalled[]): Promise<void> => {
  const due = stalled.filter(({ sweeps }) => isRequeuedAt(sweeps));
  const refused = await sendMessages(deps, due);
  const done = stalled.filter((item) => !refused.includes(item));
  await scheduleNextSweep(deps, done);
  for (const { notification_id, delivery_id, sweeps } of due.filter((item) => done.includes(item)))
    deps.log.error('Stalled delivery re-queued', { notification_id, delivery_id, sweeps: sweeps + 1 });
  if (refused.length > 0) throw new Error('The delivery queue refused a message');
  if (stalled.some(({ sweeps }) => sweeps + 1 >= REPORTED_FROM))
    await deps.capture(report(new StalledDelivery(`A delivery was found stalled ${REPORTED_FROM} times in a row`)));
};

/** Creates the deliveries of notifications whose fan-out was lost, which removes them from the index. One that fails stays in it. */
const fanOutNotifications = async (deps: SweepDeps, stalled: readonly Stalled[]): Promise<void> => {
  const failures: Failures = new Map();
  const find = await deps.readNotifications(stalled.map(({ notification_id }) => notification_id));
  const read = await attemptEach([...stalled.entries()], failures, ({ notification_id }) => find(notification_id));
  const found = read.flatMap(([position, notification]) =>
    notification === null ? [] : [[position, notification] as const],
  );
  await makeDeliveries(deps, found, failures);
  for (const [position, { notification_id, sweeps }] of stalled.entries())
    deps.log.error('Stalled notification fanned out', {
      notification_id,
      sweeps,
      ...(failures.has(position) && { error: failures.get(position) }),
    });
  const [error] = failures.values();
  if (error === undefined) return;
  await scheduleNextSweep(
    deps,
    stalled.filter((_, position) => failures.has(position)),
  );
  throw error;
};

/** Runs all to the end; then throws the first failure. */
const settleAll = async (runs: readonly Promise<void>[]): Promise<void> => {
  const outcomes = await Promise.allSettled(runs);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

const repeatLostWork = (deps: SweepDeps, stalled: readonly Stalled[]): Promise<void> => {
  const notifications = stalled.filter(({ delivery_id }) => delivery_id === null);
  const deliveries = stalled.filter(({ delivery_id }) => delivery_id !== null);
  return settleAll([
    ...(notifications.length > 0 ? [fanOutNotifications(deps, notifications)] : []),
    ...(deliveries.length > 0 ? [requeueDeliveries(deps, deliveries)] : []),
  ]);
};

const eachPage = async (
  deps: SweepDeps,
  request: { readonly shard: string; readonly range: SweepRange },
  process: (stalled: readonly Stalled[]) => Promise<unknown>,
): Promise<void> => {
  let start: StalledPage['end'];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { stalled, end } = await deps.listStalled(request.shard, request.range, start);
    await process(stalled);
    if (end === undefined) return;
    start = end;
  }
};

/** A wrong clock may have scheduled items years ahead: schedules them again by this one. */
const bringForward = (deps: SweepDeps, stalled: readonly Stalled[], now: Date) =>
  Promise.all(stalled.map((item) => deps.recordSweep(item, { sweep_at: nextSweepAt(now, 0), sweeps: item.sweeps })));

const sweepShard = async (deps: SweepDeps, shard: string, now: Date): Promise<void> => {
  await eachPage(deps, { shard, range: { beyond: latestSweepAt(now) } }, (page) => bringForward(deps, page, now));
  await eachPage(deps, { shard, range: { upTo: now.toISOString() } }, (page) => repeatLostWork(deps, page));
};

/**
 * Finds deliveries that stay `pending` or `retrying` beyond their schedule, because their message was lost, and sends another
 * message; finds notifications that were not fanned out, and creates their deliveries; begins a heartbeat. All is done, even if
 * one part fails; then the run fails.
 */
export const sweep = (deps: SweepDeps) => async (): Promise<void> => {
  const now = deps.now();
  try {
    await settleAll([
      deps.writeHeartbeat({ heartbeat_at: now.toISOString() }),
      ...deps.shards.map((shard) => sweepShard(deps, shard, now)),
    ]);
  } catch (error) {
    await deps.capture(report(error));
    throw error;
  }
};
