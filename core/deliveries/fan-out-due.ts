/** How long after its creation a notification without deliveries counts as stalled: longer than the stream is ever late. */
const STALLED_AFTER_MS = 15 * 60_000;

/** The wait doubles with each attempt of the sweeper, up to this exponent: 8 hours. */
const LONGEST_STEP = 5;

/** When the sweeper fans a notification out, which it found so many times before. */
export const fanOutDueAt = (from: Date, sweeps: number): string =>
  new Date(from.getTime() + STALLED_AFTER_MS * 2 ** Math.min(sweeps, LONGEST_STEP)).toISOString();

/** The latest such time that a function with a right clock can write. */
export const latestFanOutDueAt = (now: Date): string => fanOutDueAt(now, LONGEST_STEP);
