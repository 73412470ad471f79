import type { Target } from '../targets/model.ts';
import { type Delivery, type Outcome, plainError, type Skip, skipFor } from './model.ts';
import { LEASE_MS } from './next-step.ts';
import { MAX_ATTEMPTS, planRetry } from './retry-schedule.ts';
import { nextSweepAt } from './sweep-schedule.ts';

const settledAs = (delivery: Delivery, status: 'sent' | 'failed' | 'skipped', now: Date): Delivery => ({
  ...delivery,
  status,
  updated: now.toISOString(),
  settled_at: now.toISOString(),
  next_attempt_at: null,
  lease_until: null,
  sweep_at: null,
});

const skipped = (delivery: Delivery, { code, reason }: Skip, now: Date): Delivery => ({
  ...settledAs(delivery, 'skipped', now),
  last_error: reason,
  reason_code: code,
});

/** The delivery of a notification to a target before the first attempt. Email is skipped at once if no sender is set. */
export const newDelivery = (
  target: Target,
  notification: { readonly id: string; readonly product_id: string | null },
  now: Date,
): Delivery => {
  const fresh: Delivery = {
    notification_id: notification.id,
    delivery_id: target.delivery_id,
    channel: target.destination.channel,
    source: target.source,
    product_id: notification.product_id,
    target: target.shown,
    target_key: target.key,
    status: 'pending',
    attempts: 0,
    throttles: 0,
    last_error: null,
    reason_code: null,
    created: now.toISOString(),
    updated: now.toISOString(),
    next_attempt_at: null,
    has_slot: false,
    claim: '',
    lease_until: null,
    settled_at: null,
    is_dead_lettered: false,
    sweep_at: nextSweepAt(now, 0),
    sweeps: 0,
  };
  const skip = skipFor(target);
  return skip === null ? fresh : skipped(fresh, skip, now);
};

/** A sent delivery that bounced, or about which the recipient complained. */
export const bounced = (delivery: Delivery, reason: string, now: Date): Delivery => ({
  ...settledAs(delivery, 'failed', now),
  last_error: plainError(reason),
});

const RESTARTED = {
  status: 'retrying',
  attempts: 0,
  throttles: 0,
  settled_at: null,
  reason_code: null,
  is_dead_lettered: false,
} as const;

/** A due delivery under a new claim. A settled one restarts with new attempts. */
const restartedIfSettled = (due: Delivery, claim: string, now: Date): Delivery => ({
  ...due,
  ...(due.settled_at !== null && RESTARTED),
  claim,
  sweeps: 0,
  updated: now.toISOString(),
});

/** A claimed delivery. The attempt is counted now, so that one counts whose function dies. */
export const claimed = (due: Delivery, claim: string, now: Date): Delivery => {
  const delivery = restartedIfSettled(due, claim, now);
  return {
    ...delivery,
    attempts: delivery.attempts + 1,
    lease_until: new Date(now.getTime() + LEASE_MS).toISOString(),
    next_attempt_at: null,
    has_slot: false,
    // Not moved while unsettled, as each move costs two index writes. The lease expires long before it.
    sweep_at: due.sweep_at ?? nextSweepAt(now, 0),
  };
};

/** A due delivery that waits for its reserved send slot. It has no lease in the meantime, and no attempt is counted. */
export const deferred = (due: Delivery, claim: string, { slot, now }: { slot: Date; now: Date }): Delivery => ({
  ...restartedIfSettled(due, claim, now),
  lease_until: null,
  next_attempt_at: slot.toISOString(),
  has_slot: true,
  sweep_at: nextSweepAt(slot, 0),
});

/** Fails a delivery whose function died in every attempt, so that it doesn't stop the function forever. */
export const outcomeBeforeSending = ({ attempts }: Delivery): Outcome | null =>
  attempts > MAX_ATTEMPTS
    ? { kind: 'refused', reason: `Given up: the last of ${MAX_ATTEMPTS} attempts was interrupted` }
    : null;

const afterRetry = (
  delivery: Delivery,
  outcome: Extract<Outcome, { kind: 'retry' }>,
  { now, random }: Settling,
): Delivery => {
  const plan = planRetry(delivery, { ...outcome, random });
  const failed = { ...delivery, last_error: plainError(outcome.reason) };
  if (plan.kind === 'give-up') return settledAs(failed, 'failed', now);
  const next = new Date(now.getTime() + plan.seconds * 1_000);
  return {
    ...failed,
    status: 'retrying',
    attempts: plan.burnsAttempt ? delivery.attempts : delivery.attempts - 1,
    throttles: plan.burnsAttempt ? delivery.throttles : delivery.throttles + 1,
    updated: now.toISOString(),
    next_attempt_at: next.toISOString(),
    lease_until: null,
    sweep_at: nextSweepAt(next, 0),
  };
};

/** The time of settling, and a random number from 0 up to 1 for the wait. */
export type Settling = { readonly now: Date; readonly random: number };

/** A claimed delivery after its attempt. */
export const settled = (delivery: Delivery, outcome: Outcome | Skip, settling: Settling): Delivery => {
  switch (outcome.kind) {
    case 'sent':
      return { ...settledAs(delivery, 'sent', settling.now), last_error: null };
    case 'retry':
      return afterRetry(delivery, outcome, settling);
    case 'refused':
      return { ...settledAs(delivery, 'failed', settling.now), last_error: plainError(outcome.reason) };
    case 'skipped':
      return { ...skipped(delivery, outcome, settling.now), attempts: delivery.attempts - 1 };
    default:
      return outcome satisfies never;
  }
};
