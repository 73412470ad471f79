import * as z from 'zod/mini';
import { channelNameSchema } from '../channels/model.ts';
import { cut, oneLine } from '../platform/text/text.ts';
import { builtInRedaction } from '../redaction/redaction.ts';
import type { Target } from '../targets/model.ts';

const deliveryStatusSchema = z.enum(['pending', 'sent', 'retrying', 'failed', 'skipped']);

const timeSchema = z.string();

/** The sending of a notification to one target. Times are ISO 8601. */
export const deliverySchema = z.object({
  notification_id: z.string(),
  delivery_id: z.string(),
  channel: channelNameSchema,
  source: z.enum(['product', 'settings']),
  product_id: z.nullable(z.string()),
  /** Shown to people; for a webhook never its URL. */
  target: z.string(),
  /** `key` of its target. */
  target_key: z._default(z.string(), ''),
  status: deliveryStatusSchema,
  /** Attempts so far, including the current one. */
  attempts: z.int(),
  /** Sends that a throttling target refused. They don't count as attempts. */
  throttles: z.int(),
  last_error: z.nullable(z.string()),
  /** Why it was skipped, for programs. Clients must accept new codes. */
  reason_code: z._default(z.nullable(z.string()), null),
  created: timeSchema,
  updated: timeSchema,
  next_attempt_at: z.nullable(timeSchema),
  /** Whether `next_attempt_at` is a send slot that was reserved for it. */
  has_slot: z._default(z.boolean(), false),
  /** The last claim, never reused: a delivery with the same claim as read hasn't been claimed since. */
  claim: z.string(),
  /** Until when no other dispatcher may claim it. */
  lease_until: z.nullable(timeSchema),
  /** When it was sent, failed or skipped. */
  settled_at: z.nullable(timeSchema),
  /** Whether the dead-letter queue has this failure. Each failure is sent there once, even if several messages find it. */
  is_dead_lettered: z._default(z.boolean(), false),
  /** When the sweeper checks it, unless it is settled by then; null once it is settled. */
  sweep_at: z._default(z.nullable(timeSchema), null),
  /** How often the sweeper found it stalled since it was last claimed. */
  sweeps: z._default(z.int(), 0),
});

export type Delivery = z.infer<typeof deliverySchema>;

/** The ids of a delivery. */
export type DeliveryRef = Readonly<Pick<Delivery, 'notification_id' | 'delivery_id'>>;

/** Names a delivery in a set, and in a transaction. */
export type DeliveryName = `delivery ${string}`;
export const deliveryName = ({ notification_id, delivery_id }: DeliveryRef): DeliveryName =>
  `delivery ${notification_id} ${delivery_id}`;

/** Whose channels a delivery goes through: a product's, or those of the settings (null). */
export const ownerOf = ({ source, product_id }: Delivery): string | null => (source === 'product' ? product_id : null);

/** The result of an attempt; its text contains no URL and no address. A `retry` may have a time, and may not count. */
export type Outcome =
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'retry';
      readonly afterSeconds: number | null;
      readonly reason: string;
      readonly burnsAttempt: boolean;
    }
  /** `gone`: the target doesn't accept any messages any more. */
  | { readonly kind: 'refused'; readonly reason: string; readonly gone?: boolean };

/** Why a delivery is skipped; the API shows it as `reason_code`. */
type SkipCode =
  /** The product has a newer gate change. */
  | 'superseded'
  /** No From address is set. */
  | 'no_sender'
  | 'product_deleted'
  /** The address or the webhook is not set any more. */
  | 'target_removed'
  /** Mail to the address bounced. */
  | 'address_gone'
  /** The recipient complained, and no administrator has lifted the suppression. */
  | 'address_suppressed';

/** Skipped: the channel isn't configured, or the message is obsolete. */
export type Skip = { readonly kind: 'skipped'; readonly code: SkipCode; readonly reason: string };

/** Why nothing can be sent to a target in its current configuration, or null. */
export const skipFor = ({ destination }: Target): Skip | null =>
  destination.kind === 'address' && destination.from === ''
    ? { kind: 'skipped', code: 'no_sender', reason: 'No From address (email_from) is set' }
    : null;

const MAX_ERROR_LENGTH = 500;

/** Only the beginning of an error is read: a link that is cut out is rarely longer. */
const MAX_ERROR_READ = 16_384;

/** A URL, with or without JSON's escaped slashes. Starts at a word boundary, so that a long text is read once. */
const LINK = /(?<![a-z0-9+.-])[a-z0-9+.-]+:(?:\\*\/){2}\S+/gi;

/**
 * An error text of another system for display: on one line, cut, without secrets, and without URLs, as a webhook's URL is a
 * secret.
 */
export const plainError = (reason: string): string =>
  cut(builtInRedaction.redact(oneLine(reason.slice(0, MAX_ERROR_READ))).replace(LINK, '[link]'), MAX_ERROR_LENGTH);
