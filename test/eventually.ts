import { eventually as poll } from '../packages/cdk-local/test/eventually.ts';

/** On a busy machine all takes longer: a test fails for what does not come about, not for what comes late. */
export const LEAST_DEADLINE_MS = 300_000;

/**
 * Waits until `probe` gives something other than `undefined` or `false`, and returns it. After `deadlineMs`, five minutes at least, it throws
 * and says `what` did not come about, with the last error of the probe when it threw. Tests wait with this, never for a fixed time.
 */
export const eventually = <T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  deadlineMs = LEAST_DEADLINE_MS,
): Promise<T> => poll(probe, what, Math.max(deadlineMs, LEAST_DEADLINE_MS));
