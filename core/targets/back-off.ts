/** Wait in seconds after the first, second, … failed attempt at a target; the last one repeats. */
export const WAITS_SECONDS = [5, 30, 120, 600, 1_800, 3_600] as const;

/** Share by which a wait varies, so that retries don't all happen at the same time. */
const JITTER = 0.2;

/** A target can ask for a longer wait: for as long as this at most. */
export const MAX_WAIT_SECONDS = 11 * 3_600;

/** For a target that throttles without a `Retry-After`: grows with each time. */
const THROTTLE_WAITS_SECONDS = [1, 5, 30, 120, 600] as const;

/** How an attempt failed: the target's `Retry-After`, if any, and whether it counts as an attempt. */
export type FailedAttempt = {
  readonly afterSeconds: number | null;
  readonly burnsAttempt: boolean;
  /** From 0 up to 1. */
  readonly random: number;
};

/**
 * In how many whole seconds a target is tried again, after so many failures in a row, the last included. The target's
 * `Retry-After` applies if it is longer.
 */
export const retryAfterSeconds = (failures: number, { afterSeconds, burnsAttempt, random }: FailedAttempt): number => {
  const waits = burnsAttempt ? WAITS_SECONDS : THROTTLE_WAITS_SECONDS;
  const wait = waits[Math.min(failures, waits.length) - 1] ?? waits[0];
  const jittered = wait * (1 - JITTER + 2 * JITTER * random);
  return Math.min(MAX_WAIT_SECONDS, Math.ceil(Math.max(jittered, afterSeconds ?? 0)));
};
