import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;
const DEADLINE_MS = 120_000;

/**
 * Polls until `probe` returns something other than `undefined` or `false`, and returns it. After `deadlineMs`, two minutes by
 * default, it throws an error that names `what`, with the last error of the probe as its cause.
 */
export const eventually = async <T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  deadlineMs = DEADLINE_MS,
): Promise<T> => {
  const deadline = performance.now() + deadlineMs;
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
  throw new Error(`not within ${deadlineMs} ms: ${what}`, { cause });
};
