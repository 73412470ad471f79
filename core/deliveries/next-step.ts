import { isBeyond, LONGEST_SLOT_MS } from '../platform/clock-bound.ts';
import type { Delivery } from './model.ts';
import { MAX_WAIT_SECONDS } from './retry-schedule.ts';

/** Longer than the dispatcher may run (60 s): whoever claimed is gone when the lease is over. */
export const LEASE_MS = 90_000;

/** Clocks differ, and so little does not matter. */
const TOLERANCE_MS = 1_000;

/** What to do about a delivery that a message asks for. */
export type NextStep =
  | { readonly kind: 'due' }
  /** Under way elsewhere, or not yet time. */
  | {
      readonly kind: 'waiting';
      readonly seconds: number;
      /** The delivery with a lease that a right clock can have given, to be written; it has none else. */
      readonly bounded?: Delivery;
    }
  /** Failed, and its letter was not sent. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'settled' };

const secondsUntil = (time: string | null, now: Date): number =>
  time === null ? 0 : Math.ceil((Date.parse(time) - now.getTime()) / 1_000);

/** When the next try may be; a time that no right clock can have set is none. A try that comes early does no harm. */
export const nextAttemptOf = ({ next_attempt_at, has_slot }: Delivery, now: Date): string | null => {
  const longestMs = has_slot ? LONGEST_SLOT_MS : MAX_WAIT_SECONDS * 1_000;
  return next_attempt_at !== null && isBeyond(Date.parse(next_attempt_at), { now, longestMs }) ? null : next_attempt_at;
};

const nextStepOfOpen = (delivery: Delivery, now: Date): NextStep => {
  const { lease_until } = delivery;
  // Its holder may be at work, so it is shortened and not ignored.
  if (lease_until !== null && isBeyond(Date.parse(lease_until), { now, longestMs: LEASE_MS })) {
    const bounded = { ...delivery, lease_until: new Date(now.getTime() + LEASE_MS).toISOString() };
    return { kind: 'waiting', seconds: (LEASE_MS + TOLERANCE_MS) / 1_000, bounded };
  }
  const lease = secondsUntil(lease_until, now);
  if (lease > 0) return { kind: 'waiting', seconds: lease + TOLERANCE_MS / 1_000 };
  const wait = secondsUntil(nextAttemptOf(delivery, now), now);
  return wait > TOLERANCE_MS / 1_000 ? { kind: 'waiting', seconds: wait } : { kind: 'due' };
};

/** Who recorded the failure may still be about to send its letter; it is gone when a lease from then on is over. */
const nextStepOfFailed = ({ is_dead_lettered, settled_at }: Delivery, now: Date): NextStep => {
  if (is_dead_lettered) return { kind: 'settled' };
  const age = -secondsUntil(settled_at, now);
  const wait = LEASE_MS / 1_000 - age;
  // From the future: by a clock that is wrong.
  return wait > 0 && age >= -TOLERANCE_MS / 1_000 ? { kind: 'waiting', seconds: wait } : { kind: 'failed' };
};

/** A failed delivery whose letter the dead-letter queue has taken. */
export const deadLettered = (failed: Delivery): Delivery => ({ ...failed, is_dead_lettered: true });

/** Whether a message that starts a delivery afresh means the end that this one came to. */
const isRetryOfThisEnd = ({ settled_at }: Delivery, retryOf: string | null): boolean =>
  retryOf !== null && retryOf === settled_at;

/** What to do next about a delivery. A message with `retryOf` starts one that failed or was skipped afresh, if it means that end. */
export const nextStep = (delivery: Delivery, retryOf: string | null, now: Date): NextStep => {
  switch (delivery.status) {
    case 'pending':
    case 'retrying':
      return nextStepOfOpen(delivery, now);
    case 'failed':
      return isRetryOfThisEnd(delivery, retryOf) ? { kind: 'due' } : nextStepOfFailed(delivery, now);
    case 'skipped':
      return isRetryOfThisEnd(delivery, retryOf) ? { kind: 'due' } : { kind: 'settled' };
    case 'sent':
      return { kind: 'settled' };
    default:
      return delivery.status satisfies never;
  }
};

/** Whether a delivery can be sent again: it ended unsent, and no newer message stands for it. */
export const isRetryable = ({ status, reason_code }: Delivery): boolean =>
  status === 'failed' || (status === 'skipped' && reason_code !== 'superseded');
