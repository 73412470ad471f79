import { isBeyond } from '../../core/platform/clock-bound.ts';
import { LONGEST_WAIT_MS, readinessOf, type TargetName, type TargetRecord } from '../../core/targets/target-record.ts';

/** How far ahead a run of the sweeper wakes targets: to the end of the run after the next one. */
export const AHEAD_MS = 12 * 60_000;

/** A message that was to wake a target this long ago is lost: longer than the visibility timeout of a message in flight. */
const LOST_AFTER_MS = 7 * 60_000;

/** When something that waits for a target is first due. */
export type Waiting = { readonly target: TargetName; readonly dueAt: Date };

/** A target to wake. `isStalled`: a message should have woken it before. */
export type PlannedWake = { readonly target: TargetName; readonly at: Date; readonly isStalled: boolean };

const readyAt = (record: TargetRecord | null, now: Date): Date | null => {
  const readiness = record === null ? ({ kind: 'ready' } as const) : readinessOf(record, now);
  switch (readiness.kind) {
    case 'ready':
      return now;
    case 'leased':
    case 'waiting':
      return readiness.until;
    case 'paused':
      return null;
    default:
      return readiness satisfies never;
  }
};

/** Since when a target could have been sent to, as far as its record says. */
const possibleSince = (dueAt: Date, record: TargetRecord | null): number =>
  Math.max(dueAt.getTime(), Date.parse(record?.next_send_at ?? '') || 0);

/** Whether a message will wake a target, or its time has only just come. */
const isWoken = (record: TargetRecord | null, now: Date): boolean => {
  const wakeAt = record?.wake_at ?? null;
  if (wakeAt === null) return false;
  const wakeMs = Date.parse(wakeAt);
  return wakeMs > now.getTime() - LOST_AFTER_MS && !isBeyond(wakeMs, { now, longestMs: LONGEST_WAIT_MS });
};

/**
 * When to wake a target for which something waits; null if there is nothing to do now: a message will wake it, its time is
 * further ahead than the next runs, it is paused, or its message may still be in flight.
 */
export const planWake = ({ target, dueAt }: Waiting, record: TargetRecord | null, now: Date): PlannedWake | null => {
  const ready = readyAt(record, now);
  if (ready === null || isWoken(record, now)) return null;
  const at = new Date(Math.max(ready.getTime(), dueAt.getTime()));
  if (at.getTime() > now.getTime() + AHEAD_MS) return null;
  const lateMs = now.getTime() - possibleSince(dueAt, record);
  // Due before the run that could have woken it: the message of the fan-out, or of the dispatcher, may be on its way.
  if (lateMs > 0 && lateMs < LOST_AFTER_MS) return null;
  // While a dispatcher has its lease, it is not stalled.
  return { target, at, isStalled: lateMs >= LOST_AFTER_MS && ready <= now };
};
