import { channelOf } from '../channels/channels.ts';
import type { Delivery, Outcome, Skip } from '../deliveries/model.ts';
import { nextAttemptOf } from '../deliveries/next-step.ts';
import { MAX_WAIT_SECONDS } from '../deliveries/retry-schedule.ts';

/** Deliveries that wait for each other, as their target takes only so many messages a second. */
export type Line = {
  readonly name: string;
  /** From one slot to the next. */
  readonly spacingMs: number;
};

/** How many mails a second SES takes from the account in this region, for all its senders together. */
export type MailRate = { readonly mailsPerSecond: number };

/**
 * The line that a delivery stands in: with those to the same target, or with all mail, as its channel's `pace` says. Null
 * for none.
 */
export const lineOf = (
  { channel, target_key }: Pick<Delivery, 'channel' | 'target_key'>,
  { mailsPerSecond }: MailRate,
): Line | null => {
  const { pace } = channelOf(channel);
  switch (pace.kind) {
    case 'ses':
      return { name: 'ses', spacingMs: Math.ceil(1_000 / mailsPerSecond) };
    case 'per-target':
      return { name: `${channel} ${target_key}`, spacingMs: pace.spacingMs };
    case 'none':
      return null;
    default:
      return pace satisfies never;
  }
};

/**
 * How a transaction uses a line. `take`: so many slots of one that is free, the first of them now. `keep`: slots that were
 * reserved before, of one that its target has not closed meanwhile.
 */
export type LineUse =
  | { readonly kind: 'take'; readonly line: Line; readonly count: number }
  | { readonly kind: 'keep'; readonly line: Line };

/** Slots one after another, of which the line is free again at the end; milliseconds since the epoch, as all times here. */
export const slotsBefore = (freeMs: number, count: number, { spacingMs }: Line): number[] =>
  Array.from({ length: count }, (_, position) => freeMs - (count - position) * spacingMs);

/** A slot that is no further away is waited for by who reserved it. */
const NEAR_MS = 2_000;

export const isNear = (slotMs: number, now: Date): boolean => slotMs - now.getTime() <= NEAR_MS;

/** A message that comes later than this after its slot has lost it: what was late together must not be sent together. */
const LATE_MS = 10_000;

/** The slot that a due delivery holds; null for none, or one that it has missed. */
export const slotHeld = (delivery: Delivery, now: Date): number | null => {
  const slot = delivery.has_slot ? nextAttemptOf(delivery, now) : null;
  if (slot === null) return null;
  const slotMs = Date.parse(slot);
  return now.getTime() - slotMs <= LATE_MS ? slotMs : null;
};

/** A throttle that names no time. */
const CLOSED_SECONDS = 1;

/** Until when the line of a target that throttles is closed to all that stand in it; null where it does not throttle. */
export const closedUntil = (outcome: Outcome | Skip, now: Date): Date | null => {
  if (outcome.kind !== 'retry' || outcome.burnsAttempt) return null;
  const seconds = Math.min(MAX_WAIT_SECONDS, outcome.afterSeconds ?? CLOSED_SECONDS);
  return new Date(now.getTime() + seconds * 1_000);
};
