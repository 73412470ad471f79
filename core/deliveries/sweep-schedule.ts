import { CLOCK_TOLERANCE_MS, LONGEST_SLOT_MS } from '../platform/clock-bound.ts';

/**
 * How long after its time a delivery counts as stalled: longer than a visibility timeout (six minutes), a lease, and a run of
 * the sweeper together.
 */
const STALLED_AFTER_MS = 15 * 60_000;

/** At the longest interval, eight hours, the sweeper checks a delivery three times a day. */
const SWEEPS_A_DAY = 3;

/** At this sweep, the message of the first one is more than a day old. */
const FIRST_DAILY_SWEEP = 7;

/**
 * Whether the sweeper sends a message when it finds a delivery stalled for the nth time (from 0): the first time, and, as that
 * message may be lost as well, once a day.
 */
export const isRequeuedAt = (sweeps: number): boolean =>
  sweeps === 0 || (sweeps >= FIRST_DAILY_SWEEP && (sweeps - FIRST_DAILY_SWEEP) % SWEEPS_A_DAY === 0);

/** The interval doubles with each sweep, up to this exponent: 8 hours. */
const LONGEST_STEP = 5;

/** When the sweeper checks an attempt or a fan-out that is due at a time, after it was found stalled so many times. */
export const nextSweepAt = (due: Date, sweeps: number): string =>
  new Date(due.getTime() + STALLED_AFTER_MS * 2 ** Math.min(sweeps, LONGEST_STEP)).toISOString();

/** The latest `sweep_at` that a function with a right clock can write: after the longest wait, at the longest interval. */
export const latestSweepAt = (now: Date): string =>
  nextSweepAt(new Date(now.getTime() + LONGEST_SLOT_MS + CLOCK_TOLERANCE_MS), LONGEST_STEP);
