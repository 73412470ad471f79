import { isBeyond, LONGEST_SLOT_MS } from '../platform/clock-bound.ts';
import type { Delivery } from './model.ts';
import { MAX_WAIT_SECONDS } from './retry-schedule.ts';

/** Longer than the dispatcher's timeout (60 s): the claiming function has ended when the lease expires. */
export const LEASE_MS = 90_000;

/** Smaller differences between clocks are ignored. */
const TOLERANCE_MS = 1_000;

/** What the dispatcher does with the delivery of a message. */
export type NextStep =
  | { readonly kind: 'due' }
  /** Claimed by another dispatcher, or not due yet. */
  | {
      readonly kind: 'waiting';
      readonly seconds: number;
      /** Set if the lease is longer than possible: the delivery with a shorter lease, to be written. */
      readonly bounded?: Delivery;
    }
  /** Failed, but perhaps not in the dead-letter queue yet. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'settled' };

const secondsUntil = (time: string | null, now: Date): number =>
  time === null ? 0 : Math.ceil((Date.parse(time) - now.getTime()) / 1_000);

/** When the next attempt is due. Ignores a time that only a wrong clock can have set: an early attempt does no harm. */
export const nextAttemptOf = ({ next_attempt_at, has_slot }: Delivery, now: Date): string | null => {
  const longestMs = has_slot ? LONGEST_SLOT_MS : MAX_WAIT_SECONDS * 1_000;
  return next_attempt_at !== null && isBeyond(Date.parse(next_attempt_at), { now, longestMs }) ? null : next_attempt_at;
};

const nextStepOfOpen = (delivery: Delivery, now: Date): NextStep => {
  const { lease_until } = delivery;
  // Its owner may still be sending, so the lease is shortened and not ignored.
  if (lease_until !== null && isBeyond(Date.parse(lease_until), { now, longestMs: LEASE_MS })) {
    const bounded = { ...delivery, lease_until: new Date(now.getTime() + LEASE_MS).toISOString() };
    return { kind: 'waiting', seconds: (LEASE_MS + TOLERANCE_MS) / 1_000, bounded };
  }
  const lease = secondsUntil(lease_until, now);
  if (lease > 0) return { kind: 'waiting', seconds: lease + TOLERANCE_MS / 1_000 };
  const wait = secondsUntil(nextAttemptOf(delivery, now), now);
  return wait > TOLERANCE_MS / 1_000 ? { kind: 'waiting', seconds: wait } : { kind: 'due' };
};

/** The dispatcher that recorded the failure may still send the dead-letter message, until a lease after it. */
const nextStepOfFailed = ({ is_dead_lettered, settled_at }: Delivery, now: Date): NextStep => {
  if (is_dead_lettered) return { kind: 'settled' };
  const age = -secondsUntil(settled_at, now);
  const wait = LEASE_MS / 1_000 - age;
  // A negative age comes from a wrong clock.
  return wait > 0 && age >= -TOLERANCE_MS / 1_000 ? { kind: 'waiting', seconds: wait } : { kind: 'failed' };
};

/** A failed delivery that is in the dead-letter queue. */
export const deadLettered = (failed: Delivery): Delivery => ({ ...failed, is_dead_lettered: true });

/** Whether a retry message refers to the current failure of a delivery, and not to an earlier one. */
const isRetryOfThisEnd = ({ settled_at }: Delivery, retryOf: string | null): boolean =>
  retryOf !== null && retryOf === settled_at;

/** What to do next with a delivery. A message with `retryOf` restarts a failed or skipped one that settled at that time. */
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

/** Whether a delivery can be sent again: it wasn't sent, and no newer message replaces it. */
export const isRetryable = ({ status, reason_code }: Delivery): boolean =>
  status === 'failed' || (status === 'skipped' && reason_code !== 'superseded');
