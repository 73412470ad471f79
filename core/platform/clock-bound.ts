/**
 * Bounds on times that other instances wrote. Each instance has a clock of its own; one that is wrong must hold up nothing but its
 * own work (docs/adr/028-limit-the-effect-of-wrong-clocks.md).
 */

/** Right clocks differ by less. */
export const CLOCK_TOLERANCE_MS = 10_000;

/** The longest that a slot is away: a flood of mail waits for less than a day. */
export const LONGEST_SLOT_MS = 3 * 86_400_000;

/** Whether a time lies further ahead than a right clock can have put it. Times are milliseconds since the epoch. */
export const isBeyond = (
  timeMs: number,
  { now, longestMs }: { readonly now: Date; readonly longestMs: number },
): boolean => timeMs - now.getTime() > longestMs + CLOCK_TOLERANCE_MS;

/** When something began, ISO 8601; now where it lies in the future. */
export const notInFuture = (time: string, now: Date): string =>
  isBeyond(Date.parse(time), { now, longestMs: 0 }) ? now.toISOString() : time;
