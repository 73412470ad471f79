/** Waits in seconds after the first, second, … failed try of a delivery: some 18 hours in all. */
export const WAITS_SECONDS = [5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000] as const;

/** Tries of a delivery: one more than there are waits. */
export const MAX_ATTEMPTS = WAITS_SECONDS.length + 1;

/** Share by which a wait is stretched or shrunk, so that targets are not all tried again at one time. */
const JITTER = 0.2;

/** SQS hides a message for 12 hours from its receipt at the most; an hour less leaves room for the sending itself. */
export const MAX_WAIT_SECONDS = 11 * 3_600;

/** A throttled target gets this many waits more. Their sum with the tries stays well below the queue's receive limit. */
export const MAX_THROTTLES = 20;

/** A throttle that names no time grows no longer than the wait of this step: 10 minutes. */
const LONGEST_THROTTLE_STEP = 4;

/** What a delivery has behind it: `attempts` counts the try that just failed, `throttles` those that did not count. */
export type AttemptCounts = { readonly attempts: number; readonly throttles: number };

/** How the try ended: when the target wants the next one, if it said so, and whether the try counts. */
export type FailedAttempt = {
  readonly afterSeconds: number | null;
  readonly burnsAttempt: boolean;
  /** From 0 up to 1. */
  readonly random: number;
};

export type RetryPlan =
  | { readonly kind: 'wait'; readonly seconds: number; readonly burnsAttempt: boolean }
  | { readonly kind: 'give-up' };

/** When to try again, in whole seconds; the target's own wish (`Retry-After`) wins where it is longer. */
export const planRetry = ({ attempts, throttles }: AttemptCounts, failed: FailedAttempt): RetryPlan => {
  const burnsAttempt = failed.burnsAttempt || throttles >= MAX_THROTTLES;
  if (burnsAttempt && attempts >= MAX_ATTEMPTS) return { kind: 'give-up' };
  const step = burnsAttempt ? attempts : Math.min(attempts + throttles, LONGEST_THROTTLE_STEP);
  const wait = WAITS_SECONDS[Math.min(step, WAITS_SECONDS.length) - 1] ?? WAITS_SECONDS[0];
  const jittered = wait * (1 - JITTER + 2 * JITTER * failed.random);
  const seconds = Math.min(MAX_WAIT_SECONDS, Math.ceil(Math.max(jittered, failed.afterSeconds ?? 0)));
  return { kind: 'wait', seconds, burnsAttempt };
};
