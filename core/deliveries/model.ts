import * as z from 'zod/mini';
import { CLOCK_TOLERANCE_MS, isBeyond, LONGEST_SLOT_MS } from '../platform/clock-bound.ts';
import { cut, oneLine } from '../platform/text/text.ts';
import { builtInRedaction } from '../redaction/redaction.ts';
import type { Target } from '../targets/model.ts';
import { MAX_ATTEMPTS, MAX_WAIT_SECONDS, planRetry } from './retry-schedule.ts';

export const channelNameSchema = z.enum(['email', 'ms_teams', 'slack']);
export type ChannelName = z.infer<typeof channelNameSchema>;

const deliveryStatusSchema = z.enum(['pending', 'sent', 'retrying', 'failed', 'skipped']);

const timeSchema = z.string();

/** What became of a notification at one target. Times are ISO 8601. */
export const deliverySchema = z.object({
  notification_id: z.string(),
  delivery_id: z.string(),
  channel: channelNameSchema,
  source: z.enum(['product', 'settings']),
  product_id: z.nullable(z.string()),
  /** What people see; for a webhook never its URL. */
  target: z.string(),
  /** `key` of its target. */
  target_key: z._default(z.string(), ''),
  status: deliveryStatusSchema,
  /** Tries so far, the one under way included. */
  attempts: z.int(),
  /** Tries that a throttling target turned away, which do not count as attempts. */
  throttles: z.int(),
  last_error: z.nullable(z.string()),
  /** Why it was skipped, for programs. More codes may come: who reads them must take one that is new. */
  reason_code: z._default(z.nullable(z.string()), null),
  created: timeSchema,
  updated: timeSchema,
  next_attempt_at: z.nullable(timeSchema),
  /** Whether `next_attempt_at` is a slot that was reserved for it in the line to its target. */
  has_slot: z._default(z.boolean(), false),
  /** Names the last claim, for ever: a delivery whose claim is the one that was read has not been touched since. */
  claim: z.string(),
  /** Until when nobody else may claim it. */
  lease_until: z.nullable(timeSchema),
  /** When it was sent, failed or skipped. */
  settled_at: z.nullable(timeSchema),
  /** Whether the dead-letter queue has got this failure: each failure is one letter, however many messages meet it. */
  has_letter: z._default(z.boolean(), false),
  /** When the watch is to look at it, if it is not over by then; null once it is. */
  watch_at: z._default(z.nullable(timeSchema), null),
  /** How often the watch has set it going since it was last claimed. */
  nudges: z._default(z.int(), 0),
});

export type Delivery = z.infer<typeof deliverySchema>;

/** Whose channels a delivery goes through: a product's, or those of the settings (null). */
export const ownerOf = ({ source, product_id }: Delivery): string | null => (source === 'product' ? product_id : null);

/** How a try ended, in plain words that hold no URL and no address. A `retry` may say when, and whether it counts. */
export type Outcome =
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'retry';
      readonly afterSeconds: number | null;
      readonly reason: string;
      readonly burnsAttempt: boolean;
    }
  /** `gone`: the target takes no message any more, this one or another. */
  | { readonly kind: 'refused'; readonly reason: string; readonly gone?: boolean };

/** Why a delivery is skipped; the API shows it as `reason_code`. */
type SkipCode =
  /** A newer gate change of the product tells the state. */
  | 'superseded'
  /** No sender address is set. */
  | 'no_sender'
  | 'product_deleted'
  /** The address or the webhook is not set any more. */
  | 'target_removed'
  /** Mail to the address bounced. */
  | 'address_gone'
  /** Its owner complained, and no administrator has lifted it. */
  | 'address_suppressed';

/** Skipped: the channel isn't configured, or the message is obsolete. */
export type Skip = { readonly kind: 'skipped'; readonly code: SkipCode; readonly reason: string };

/** Why nothing can be sent to a target as it is set now, or null. */
export const skipFor = ({ destination }: Target): Skip | null =>
  destination.channel === 'email' && destination.from === ''
    ? { kind: 'skipped', code: 'no_sender', reason: 'No sender address (email_from) is set' }
    : null;

/** Longer than the dispatcher may run (60 s): whoever claimed is gone when the lease is over. */
const LEASE_MS = 90_000;

/** Clocks differ, and so little does not matter. */
const TOLERANCE_MS = 1_000;

const MAX_ERROR_LENGTH = 500;

/** No more of an error is read: what makes it shorter, a long link, is rarely as long. */
const MAX_ERROR_READ = 16_384;

/** A URL, its slashes escaped as in JSON or not. Starts where a word does, so that a long one is read once. */
const LINK = /(?<![a-z0-9+.-])[a-z0-9+.-]+:(?:\\*\/){2}\S+/gi;

/**
 * What another system said, fit to be shown: on one line, cut, without secrets, and without a URL, as a webhook's URL is
 * a secret.
 */
export const plainError = (reason: string): string =>
  cut(builtInRedaction.redact(oneLine(reason.slice(0, MAX_ERROR_READ))).replace(LINK, '[link]'), MAX_ERROR_LENGTH);

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
export const watchAfter = (due: Date, nudges: number): string =>
  new Date(due.getTime() + RESTS_AFTER_MS * 2 ** Math.min(nudges, LONGEST_NUDGE_STEP)).toISOString();

/** The latest time at which the watch can have to look at anything, by a right clock: after the longest wait, and last. */
export const latestLook = (now: Date): string =>
  watchAfter(new Date(now.getTime() + LONGEST_SLOT_MS + CLOCK_TOLERANCE_MS), LONGEST_NUDGE_STEP);

const endedWith = (delivery: Delivery, status: 'sent' | 'failed' | 'skipped', now: Date): Delivery => ({
  ...delivery,
  status,
  updated: now.toISOString(),
  settled_at: now.toISOString(),
  next_attempt_at: null,
  lease_until: null,
  watch_at: null,
});

const skipped = (delivery: Delivery, { code, reason }: Skip, now: Date): Delivery => ({
  ...endedWith(delivery, 'skipped', now),
  last_error: reason,
  reason_code: code,
});

/** The delivery of a notification to a target, before the first try. Without a sender, mail is skipped at once. */
export const newDelivery = (
  target: Target,
  notification: { readonly id: string; readonly product_id: string | null },
  now: Date,
): Delivery => {
  const fresh: Delivery = {
    notification_id: notification.id,
    delivery_id: target.delivery_id,
    channel: target.destination.channel,
    source: target.source,
    product_id: notification.product_id,
    target: target.shown,
    target_key: target.key,
    status: 'pending',
    attempts: 0,
    throttles: 0,
    last_error: null,
    reason_code: null,
    created: now.toISOString(),
    updated: now.toISOString(),
    next_attempt_at: null,
    has_slot: false,
    claim: '',
    lease_until: null,
    settled_at: null,
    has_letter: false,
    watch_at: watchAfter(now, 0),
    nudges: 0,
  };
  const skip = skipFor(target);
  return skip === null ? fresh : skipped(fresh, skip, now);
};

/** A delivery that was sent and came back, or was complained about. */
export const returned = (delivery: Delivery, reason: string, now: Date): Delivery => ({
  ...endedWith(delivery, 'failed', now),
  last_error: plainError(reason),
});

/** What to do about a delivery that a message asks for. */
export type Standing =
  | { readonly kind: 'due' }
  /** Under way elsewhere, or not yet time. */
  | {
      readonly kind: 'waiting';
      readonly seconds: number;
      /** The delivery with a lease that a right clock can have given, to be written; it has none else. */
      readonly bounded?: Delivery;
    }
  /** Failed, and its letter was not sent. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'over' };

const secondsUntil = (time: string | null, now: Date): number =>
  time === null ? 0 : Math.ceil((Date.parse(time) - now.getTime()) / 1_000);

/** When the next try may be; a time that no right clock can have set is none. A try that comes early does no harm. */
export const nextAttemptOf = ({ next_attempt_at, has_slot }: Delivery, now: Date): string | null => {
  const longestMs = has_slot ? LONGEST_SLOT_MS : MAX_WAIT_SECONDS * 1_000;
  return next_attempt_at !== null && isBeyond(Date.parse(next_attempt_at), { now, longestMs }) ? null : next_attempt_at;
};

const standingOfOpen = (delivery: Delivery, now: Date): Standing => {
  const { lease_until } = delivery;
  // Its holder may be at work, so it is shortened and not ignored.
  if (lease_until !== null && isBeyond(Date.parse(lease_until), { now, longestMs: LEASE_MS })) {
    const bounded = { ...delivery, lease_until: new Date(now.getTime() + LEASE_MS).toISOString() };
    return { kind: 'waiting', seconds: (LEASE_MS + TOLERANCE_MS) / 1_000, bounded };
  }
  const lease = secondsUntil(lease_until, now);
  if (lease > 0) return { kind: 'waiting', seconds: lease + TOLERANCE_MS / 1_000 };
  const wait = secondsUntil(nextAttemptOf(delivery, now), now);
  return wait > TOLERANCE_MS / 1_000 ? { kind: 'waiting', seconds: wait } : { kind: 'due' };
};

/** Who recorded the failure may still be about to send its letter; it is gone when a lease from then on is over. */
const standingOfFailed = ({ has_letter, settled_at }: Delivery, now: Date): Standing => {
  if (has_letter) return { kind: 'over' };
  const age = -secondsUntil(settled_at, now);
  const wait = LEASE_MS / 1_000 - age;
  // From the future: by a clock that is wrong.
  return wait > 0 && age >= -TOLERANCE_MS / 1_000 ? { kind: 'waiting', seconds: wait } : { kind: 'failed' };
};

/** A failed delivery whose letter the dead-letter queue has taken. */
export const withLetter = (failed: Delivery): Delivery => ({ ...failed, has_letter: true });

/** Whether a message that starts a delivery afresh means the end that this one came to. */
const isMeant = ({ settled_at }: Delivery, retryOf: string | null): boolean =>
  retryOf !== null && retryOf === settled_at;

/** How a delivery stands. A message with `retryOf` starts one that failed or was skipped afresh, if it means that end. */
export const standingOf = (delivery: Delivery, retryOf: string | null, now: Date): Standing => {
  switch (delivery.status) {
    case 'pending':
    case 'retrying':
      return standingOfOpen(delivery, now);
    case 'failed':
      return isMeant(delivery, retryOf) ? { kind: 'due' } : standingOfFailed(delivery, now);
    case 'skipped':
      return isMeant(delivery, retryOf) ? { kind: 'due' } : { kind: 'over' };
    case 'sent':
      return { kind: 'over' };
    default:
      return delivery.status satisfies never;
  }
};

/** Whether a delivery can be sent again: it ended unsent, and no newer message stands for it. */
export const isRetryable = ({ status, reason_code }: Delivery): boolean =>
  status === 'failed' || (status === 'skipped' && reason_code !== 'superseded');

const AFRESH = {
  status: 'retrying',
  attempts: 0,
  throttles: 0,
  settled_at: null,
  reason_code: null,
  has_letter: false,
} as const;

/** A due delivery in the hands of who made `claim`; one that was over starts afresh. */
const taken = (due: Delivery, claim: string, now: Date): Delivery => ({
  ...due,
  ...(due.settled_at !== null && AFRESH),
  claim,
  nudges: 0,
  updated: now.toISOString(),
});

/** A due delivery, taken by who made `claim`. Counted now: a try that dies with its function was one. */
export const claimed = (due: Delivery, claim: string, now: Date): Delivery => {
  const delivery = taken(due, claim, now);
  return {
    ...delivery,
    attempts: delivery.attempts + 1,
    lease_until: new Date(now.getTime() + LEASE_MS).toISOString(),
    next_attempt_at: null,
    has_slot: false,
    // Not moved while it is open, as each move is two writes to the index; the lease is over long before.
    watch_at: due.watch_at ?? watchAfter(now, 0),
  };
};

/** A due delivery that has to wait for the slot that was reserved for it. Nobody has it meanwhile, and it is no try. */
export const parked = (due: Delivery, claim: string, { slot, now }: { slot: Date; now: Date }): Delivery => ({
  ...taken(due, claim, now),
  lease_until: null,
  next_attempt_at: slot.toISOString(),
  has_slot: true,
  watch_at: watchAfter(slot, 0),
});

/** For a delivery whose every try died with its function: it must not take the function along for ever. */
export const outcomeBeforeSending = ({ attempts }: Delivery): Outcome | null =>
  attempts > MAX_ATTEMPTS
    ? { kind: 'refused', reason: `Given up: interrupted in the last of ${MAX_ATTEMPTS} tries` }
    : null;

const afterRetry = (
  delivery: Delivery,
  outcome: Extract<Outcome, { kind: 'retry' }>,
  { now, random }: Settling,
): Delivery => {
  const plan = planRetry(delivery, { ...outcome, random });
  const failed = { ...delivery, last_error: plainError(outcome.reason) };
  if (plan.kind === 'give-up') return endedWith(failed, 'failed', now);
  const next = new Date(now.getTime() + plan.seconds * 1_000);
  return {
    ...failed,
    status: 'retrying',
    attempts: plan.burnsAttempt ? delivery.attempts : delivery.attempts - 1,
    throttles: plan.burnsAttempt ? delivery.throttles : delivery.throttles + 1,
    updated: now.toISOString(),
    next_attempt_at: next.toISOString(),
    lease_until: null,
    watch_at: watchAfter(next, 0),
  };
};

/** When, and a random number from 0 up to 1 for the wait. */
export type Settling = { readonly now: Date; readonly random: number };

/** A claimed delivery after its try. */
export const settled = (delivery: Delivery, outcome: Outcome | Skip, settling: Settling): Delivery => {
  switch (outcome.kind) {
    case 'sent':
      return { ...endedWith(delivery, 'sent', settling.now), last_error: null };
    case 'retry':
      return afterRetry(delivery, outcome, settling);
    case 'refused':
      return { ...endedWith(delivery, 'failed', settling.now), last_error: plainError(outcome.reason) };
    case 'skipped':
      return { ...skipped(delivery, outcome, settling.now), attempts: delivery.attempts - 1 };
    default:
      return outcome satisfies never;
  }
};
