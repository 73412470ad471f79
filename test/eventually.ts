import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;
/** On a busy machine all takes longer: a test fails for what does not come about, not for what comes late. */
const LEAST_DEADLINE_MS = 120_000;

/**
 * Waits until `probe` gives something other than `undefined` or `false`, and returns it. After `deadlineMs`, two minutes at least, it throws
 * and says `what` did not come about, with the last error of the probe when it threw. Tests wait with this, never for a fixed time.
 */
export async function eventually<T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  deadlineMs = LEAST_DEADLINE_MS,
): Promise<T> {
  const waitMs = Math.max(deadlineMs, LEAST_DEADLINE_MS);
  const deadline = performance.now() + waitMs;
  let cause: unknown;
  do {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(POLL_MS);
  } while (performance.now() < deadline);
  throw new Error(`not within ${waitMs} ms: ${what}`, { cause });
}
