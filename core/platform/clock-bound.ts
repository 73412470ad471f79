/**
 * Bounds on times that other instances wrote. A wrong clock of one instance must only delay that instance's own work
 * (docs/adr/028-limit-the-effect-of-wrong-clocks.md).
 */

/** Correct clocks differ by less. */
export const CLOCK_TOLERANCE_MS = 10_000;

/** Whether a time is further ahead than a correct clock can have set it. Times are milliseconds since the epoch. */
export const isBeyond = (
  timeMs: number,
  { now, longestMs }: { readonly now: Date; readonly longestMs: number },
): boolean => timeMs - now.getTime() > longestMs + CLOCK_TOLERANCE_MS;

/** A start time, ISO 8601; now if it is in the future. */
export const notInFuture = (time: string, now: Date): string =>
  isBeyond(Date.parse(time), { now, longestMs: 0 }) ? now.toISOString() : time;
