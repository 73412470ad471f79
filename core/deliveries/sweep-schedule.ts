import { CLOCK_TOLERANCE_MS, LONGEST_SLOT_MS } from '../platform/clock-bound.ts';

/**
 * Beyond its time for so long a delivery rests: longer than a message that was received once takes to come again (six
 * minutes), a lease, and a run of the watch together.
 */
const RESTS_AFTER_MS = 15 * 60_000;

/** Looks of the watch with eight hours between them, so that this many are a day. */
const LOOKS_A_DAY = 3;

/** From here on a look's number says when the message of the first look is a day old. */
const FIRST_DAILY_LOOK = 7;

/**
 * Whether the watch sends a message at its nth look (from 0). A message that it sent is known to wait in the queue as long as
 * nobody claims the delivery; after more than a day, and then daily, it may be lost as well.
 */
export const isRequeuedAt = (look: number): boolean =>
  look === 0 || (look >= FIRST_DAILY_LOOK && (look - FIRST_DAILY_LOOK) % LOOKS_A_DAY === 0);

/** Doubled with each nudge up to this exponent: 8 hours. */
const LONGEST_NUDGE_STEP = 5;

/** When the watch looks at what is due at a time, a try or a fan-out, after so many looks in vain. */
export const nextLookAfter = (due: Date, nudges: number): string =>
  new Date(due.getTime() + RESTS_AFTER_MS * 2 ** Math.min(nudges, LONGEST_NUDGE_STEP)).toISOString();

/** The latest time at which the watch can have to look at anything, by a right clock: after the longest wait, and last. */
export const latestLook = (now: Date): string =>
  nextLookAfter(new Date(now.getTime() + LONGEST_SLOT_MS + CLOCK_TOLERANCE_MS), LONGEST_NUDGE_STEP);
