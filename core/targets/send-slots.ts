import { channelOf } from '../channels/channels.ts';
import type { Delivery, Outcome, Skip } from '../deliveries/model.ts';
import { nextAttemptOf } from '../deliveries/next-step.ts';
import { MAX_WAIT_SECONDS } from '../deliveries/retry-schedule.ts';

/** How fast a target, or Amazon SES, accepts messages. Deliveries with the same name share its send slots. */
export type RateLimit = {
  readonly name: string;
  /** Time from one send slot to the next. */
  readonly spacingMs: number;
};

/** Emails per second that SES accepts from the account in this region, for all its senders together. */
export type MailRate = { readonly mailsPerSecond: number };

/** The rate limit of a delivery: that of its target, or of all email; null if its channel has none. */
export const rateLimitOf = (
  { channel, target_key }: Pick<Delivery, 'channel' | 'target_key'>,
  { mailsPerSecond }: MailRate,
): RateLimit | null => {
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
 * How a transaction uses send slots. `from-now`: takes `count` slots from now on, if no other is reserved. `reserved`: uses
 * slots that were reserved before, if the target hasn't been paused since.
 */
export type SlotUse =
  | { readonly kind: 'from-now'; readonly rateLimit: RateLimit; readonly count: number }
  | { readonly kind: 'reserved'; readonly rateLimit: RateLimit };

/** The last `count` slots before a time, in order. Times are milliseconds since the epoch. */
export const slotsBefore = (freeMs: number, count: number, { spacingMs }: RateLimit): number[] =>
  Array.from({ length: count }, (_, position) => freeMs - (count - position) * spacingMs);

/** A function waits for a slot that is this near. For a later one, it postpones the message. */
const NEAR_MS = 2_000;

export const isNear = (slotMs: number, now: Date): boolean => slotMs - now.getTime() <= NEAR_MS;

/** A message this late has lost its slot: late messages would otherwise all be sent at once. */
const LATE_MS = 10_000;

/** The slot that a due delivery has reserved; null if it has none or missed it. */
export const reservedSlotOf = (delivery: Delivery, now: Date): number | null => {
  const slot = delivery.has_slot ? nextAttemptOf(delivery, now) : null;
  if (slot === null) return null;
  const slotMs = Date.parse(slot);
  return now.getTime() - slotMs <= LATE_MS ? slotMs : null;
};

/** For a target that throttles without a `Retry-After`. */
const DEFAULT_PAUSE_SECONDS = 1;

/** Until when a target that throttled an attempt accepts no messages; null if it didn't throttle. */
export const pausedUntil = (outcome: Outcome | Skip, now: Date): Date | null => {
  if (outcome.kind !== 'retry' || outcome.burnsAttempt) return null;
  const seconds = Math.min(MAX_WAIT_SECONDS, outcome.afterSeconds ?? DEFAULT_PAUSE_SECONDS);
  return new Date(now.getTime() + seconds * 1_000);
};
