/** Wait in seconds after the first, second, … failed attempt of a delivery: about 18 hours in total. */
export const WAITS_SECONDS = [5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000] as const;

/** Attempts of a delivery: one more than there are waits. */
export const MAX_ATTEMPTS = WAITS_SECONDS.length + 1;

/** Share by which a wait varies, so that retries don't all happen at the same time. */
const JITTER = 0.2;

/** SQS hides a received message for at most 12 hours. One hour less leaves time for the sending. */
export const MAX_WAIT_SECONDS = 11 * 3_600;

/** Extra waits of a throttled target. Together with the attempts they stay below the queue's receive limit. */
export const MAX_THROTTLES = 20;

/** The wait after throttling without a `Retry-After` stops growing at this step: 10 minutes. */
const LONGEST_THROTTLE_STEP = 4;

/** `attempts` includes the one that just failed; `throttles` are the throttled ones that didn't count as attempts. */
export type AttemptCounts = { readonly attempts: number; readonly throttles: number };

/** How an attempt failed: the target's `Retry-After`, if any, and whether it counts as an attempt. */
export type FailedAttempt = {
  readonly afterSeconds: number | null;
  readonly burnsAttempt: boolean;
  /** From 0 up to 1. */
  readonly random: number;
};

export type RetryPlan =
  | { readonly kind: 'wait'; readonly seconds: number; readonly burnsAttempt: boolean }
  | { readonly kind: 'give-up' };

/** When to retry, in whole seconds. The target's `Retry-After` applies if it is longer. */
export const planRetry = ({ attempts, throttles }: AttemptCounts, failed: FailedAttempt): RetryPlan => {
  const burnsAttempt = failed.burnsAttempt || throttles >= MAX_THROTTLES;
  if (burnsAttempt && attempts >= MAX_ATTEMPTS) return { kind: 'give-up' };
  const step = burnsAttempt ? attempts : Math.min(attempts + throttles, LONGEST_THROTTLE_STEP);
  const wait = WAITS_SECONDS[Math.min(step, WAITS_SECONDS.length) - 1] ?? WAITS_SECONDS[0];
  const jittered = wait * (1 - JITTER + 2 * JITTER * failed.random);
  const seconds = Math.min(MAX_WAIT_SECONDS, Math.ceil(Math.max(jittered, failed.afterSeconds ?? 0)));
  return { kind: 'wait', seconds, burnsAttempt };
};
