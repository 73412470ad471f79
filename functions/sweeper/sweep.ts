import { FUNCTION } from '../../core/contract.ts';
import { fanOutDueAt, latestFanOutDueAt } from '../../core/deliveries/fan-out-due.ts';
import {
  attemptEach,
  type Failures,
  type MakeDeliveriesDeps,
  makeDeliveries,
} from '../../core/deliveries/make-deliveries.ts';
import type { WaitingEntry, WaitingPage } from '../../core/deliveries/store/waiting.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import type { Heartbeat } from '../../core/heartbeat/model.ts';
import { isFanOutPartition } from '../../core/keys.ts';
import type { Notification } from '../../core/notifications/model.ts';
import { inChunks } from '../../core/platform/chunks.ts';
import { type CheckReportsDeps, checkReports } from './check-reports.ts';
import { earliestByTarget, type WakeTargetsDeps, wakeDue } from './wake-targets.ts';

export type SweepDeps = MakeDeliveriesDeps &
  WakeTargetsDeps &
  CheckReportsDeps & {
    /** Begins a heartbeat. */
    readonly writeHeartbeat: (heartbeat: Heartbeat) => Promise<void>;
    /** A page of all that waits. */
    readonly scanWaiting: (start: WaitingPage['end']) => Promise<WaitingPage>;
    readonly postponeFanOut: (entry: WaitingEntry, next: string) => Promise<'recorded' | 'overtaken'>;
    /** Finds a notification by its id: null if it was deleted. May throw for one that can't be read. */
    readonly readNotifications: (ids: readonly string[]) => Promise<(id: string) => Notification | null>;
  };

/** Pages that one run reads, some 5,000 entries each. */
const MAX_PAGES = 200;

/** Notifications that are fanned out together. */
const FAN_OUT_PAGE = 50;

/** Without ids, so that all reports are one exception: its own notification may stall as well. */
const report = (error: unknown): ExceptionReport => taskFailure(error, { function: FUNCTION.sweeper });

/** Whether a fan-out is due. A wrong clock may have scheduled it years ahead. */
const isFanOutDue = ({ due_at }: WaitingEntry, now: Date): boolean =>
  due_at <= now.toISOString() || due_at > latestFanOutDueAt(now);

/** Creates the deliveries of notifications whose fan-out was lost, which removes them from the index. One that fails stays in it. */
const fanOutNotifications = async (deps: SweepDeps, stalled: readonly WaitingEntry[]): Promise<void> => {
  const failures: Failures = new Map();
  const find = await deps.readNotifications(stalled.map(({ notification_id }) => notification_id));
  const read = await attemptEach([...stalled.entries()], failures, ({ notification_id }) => find(notification_id));
  const found = read.flatMap(([position, notification]) =>
    notification === null ? [] : [[position, notification] as const],
  );
  await makeDeliveries(deps, found, failures);
  for (const [position, { notification_id }] of stalled.entries())
    deps.log.error('Stalled notification fanned out', {
      notification_id,
      ...(failures.has(position) && { error: failures.get(position) }),
    });
  const [error] = failures.values();
  if (error === undefined) return;
  const failed = stalled.filter((_, position) => failures.has(position));
  await Promise.all(failed.map((entry) => deps.postponeFanOut(entry, fanOutDueAt(deps.now(), entry.sweeps + 1))));
  throw error;
};

/** Runs all to the end; then throws the first failure. */
const settleAll = async (runs: readonly Promise<void>[]): Promise<void> => {
  const outcomes = await Promise.allSettled(runs);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

/** All that waits, but for what is due after the next runs. */
const readWaiting = async (deps: SweepDeps): Promise<WaitingEntry[]> => {
  const entries: WaitingEntry[] = [];
  let start: WaitingPage['end'];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { entries: found, end } = await deps.scanWaiting(start);
    entries.push(...found);
    if (end === undefined) break;
    start = end;
  }
  return entries;
};

const sweepWaiting = async (deps: SweepDeps): Promise<void> => {
  const now = deps.now();
  const entries = await readWaiting(deps);
  const stalled = entries.filter((entry) => isFanOutPartition(entry.waiting_for) && isFanOutDue(entry, now));
  const fanOuts = inChunks(stalled, FAN_OUT_PAGE).map((chunk) => fanOutNotifications(deps, chunk));
  await settleAll([...fanOuts, wakeDue(deps, earliestByTarget(entries, now), report)]);
};

/**
 * Checks whether reports are overdue. Wakes targets for which deliveries are due within the next runs: by a schedule, after a wait that is longer than a message
 * can be delayed, or because their message was lost. Fans out notifications whose fan-out was lost, and begins a heartbeat.
 * All is done, even if one part fails; then the run fails.
 */
export const sweep = (deps: SweepDeps) => async (): Promise<void> => {
  try {
    const heartbeat = deps.writeHeartbeat({ heartbeat_at: deps.now().toISOString() });
    await settleAll([heartbeat, sweepWaiting(deps), checkReports(deps)]);
  } catch (error) {
    await deps.capture(report(error));
    throw error;
  }
};
