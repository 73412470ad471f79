import * as z from 'zod/mini';
import { channelNameSchema } from '../channels/model.ts';
import { cut, oneLine } from '../platform/text/text.ts';
import { builtInRedaction } from '../redaction/redaction.ts';
import type { Target } from '../targets/model.ts';
import { deliveryEventSchema } from './event.ts';

const deliveryStatusSchema = z.enum(['pending', 'sent', 'retrying', 'failed', 'skipped']);

const timeSchema = z.string();

/** The sending of a notification to one target. Times are ISO 8601. */
export const deliverySchema = z.object({
  notification_id: z.string(),
  delivery_id: z.string(),
  channel: channelNameSchema,
  source: z.enum(['product', 'settings']),
  product_id: z._default(z.nullable(z.string()), null),
  /** Shown to people; for a webhook never its URL. */
  target: z.string(),
  /** `key` of its target. */
  target_key: z.string(),
  event: deliveryEventSchema,
  /** The API request that caused the notification, to find it in the logs. */
  request_id: z._default(z.nullable(z.string()), null),
  status: deliveryStatusSchema,
  /** Attempts so far. Sends that a throttling target refused don't count. */
  attempts: z.int(),
  last_error: z._default(z.nullable(z.string()), null),
  /** Why it was skipped, for programs. Clients must accept new codes. */
  reason_code: z._default(z.nullable(z.string()), null),
  created: timeSchema,
  updated: timeSchema,
  /** From when on it may be sent, as far as its route decides. Its target may let it wait for longer. */
  due_at: timeSchema,
  /** What of its route sets `due_at`; null if it is due at once. */
  due_reason: z._default(z.nullable(z.enum(['schedule', 'mute'])), null),
  /** The message that it was last sent in. Deliveries that were sent together share it. */
  message_id: z._default(z.nullable(z.string()), null),
  /** Whether that message may have arrived: only the same message may be sent again, if it is known. */
  is_in_doubt: z._default(z.boolean(), false),
  /** Whether it is sent in a message of its own, because the target refused a message of many. */
  is_alone: z._default(z.boolean(), false),
  /** What is known of a sent message: SES or the flow accepted it, the channel has it, or it bounced. */
  confirmation: z._default(z.nullable(z.enum(['accepted', 'posted', 'bounced'])), null),
  /** When it was sent, failed or skipped. */
  settled_at: z._default(z.nullable(timeSchema), null),
  /** Counts its writes: detects concurrent changes. */
  version: z.int(),
});

export type Delivery = z.infer<typeof deliverySchema>;

/** The ids of a delivery. */
export type DeliveryRef = Readonly<Pick<Delivery, 'notification_id' | 'delivery_id'>>;

/** Names a delivery in a set, and in a transaction. */
export type DeliveryName = `delivery ${string}`;
export const deliveryName = ({ notification_id, delivery_id }: DeliveryRef): DeliveryName =>
  `delivery ${notification_id} ${delivery_id}`;

/** Whether a delivery was sent, failed or skipped. */
export const isSettled = ({ settled_at }: Pick<Delivery, 'settled_at'>): boolean => settled_at !== null;

/** Reasons for which the recipient is up to date. */
const UP_TO_DATE: ReadonlySet<string | null> = new Set<SkipCode>([
  'superseded',
  'back_to_told_state',
  'failure_not_sent',
  'report_arrived',
]);

/** Whether a delivery can be sent again: it wasn't sent, and no newer message replaces it. */
export const isRetryable = ({ status, reason_code }: Pick<Delivery, 'status' | 'reason_code'>): boolean =>
  status === 'failed' || (status === 'skipped' && !UP_TO_DATE.has(reason_code));

/** Whose channels a delivery goes through: a product's, or those of the settings (null). */
export const ownerOf = ({ source, product_id }: Pick<Delivery, 'source' | 'product_id'>): string | null =>
  source === 'product' ? product_id : null;

/**
 * The result of an attempt; its text contains no URL and no address. A `retry` may have a time, and may not count.
 * `isUnknown`: the message may have arrived all the same.
 */
export type Outcome =
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'retry';
      readonly afterSeconds: number | null;
      readonly reason: string;
      readonly burnsAttempt: boolean;
      readonly isUnknown?: boolean;
    }
  /** `gone`: the target doesn't accept any messages any more. */
  | { readonly kind: 'refused'; readonly reason: string; readonly gone?: boolean };

/** Why a delivery is skipped; the API shows it as `reason_code`. */
type SkipCode =
  /** The recipient was notified of a newer change, or will be. */
  | 'superseded'
  /** The recipient was last notified of this very state. */
  | 'back_to_told_state'
  /** The recipient wasn't notified of the failure that is over. */
  | 'failure_not_sent'
  /** The report that was overdue came. */
  | 'report_arrived'
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
