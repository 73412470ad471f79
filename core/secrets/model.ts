import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { ChannelName } from '../channels/channels.ts';

/**
 * A webhook as its item holds it. The URL is a credential and is there sealed only; what people see of it stands beside, so
 * that nobody has to open it to show or to compare it. No webhook is null.
 */
export const storedWebhookSchema = z.object({
  /** Scheme and host: `https://hooks.slack.com`. */
  origin: z.string(),
  /** The SHA-256 of the URL, in hexadecimal: identifies the webhook. Six digits of it are shown. */
  fingerprint: z.string(),
  /** Text that only the functions opening it with the webhook key can read, and only for the place that it was sealed for. */
  sealed: z.string(),
});

export type StoredWebhook = z.infer<typeof storedWebhookSchema>;

/** The field that a webhook is kept in, of a product or of the settings (null). */
export type WebhookPlace = { readonly productId: string | null; readonly channel: ChannelName };

/** Why nothing can be sent to a webhook that was altered, moved from another place, or lost its data key. */
export const WEBHOOK_NOT_DECRYPTED = "The stored webhook can't be decrypted. Set it again.";

/** What may be known of a URL without opening it. */
export const outwardOf = (url: string): Pick<StoredWebhook, 'origin' | 'fingerprint'> => ({
  origin: new URL(url).origin,
  fingerprint: createHash('sha256').update(url).digest('hex'),
});

const SHOWN_DIGITS = 6;

/** `hooks.slack.com #3fa91c`: a label for people, and never a key, as another webhook may have the same. */
export const shownWebhook = ({ origin, fingerprint }: StoredWebhook): string =>
  `${new URL(origin).host} #${fingerprint.slice(0, SHOWN_DIGITS)}`;

const MASK = '/***';

/** What anyone may see of a webhook: its scheme and host, `https://hooks.slack.com/***`. */
export const maskWebhook = (stored: StoredWebhook): string => `${stored.origin}${MASK}`;

/** Whether an address is what `maskWebhook` shows, sent back. */
export const isMasked = (address: string): boolean => address.endsWith(MASK);
