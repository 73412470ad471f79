import * as z from 'zod/mini';
import type { ChannelName } from '../channels/channels.ts';
import { shortHash } from '../platform/short-hash.ts';

/**
 * A stored webhook; null for none. The URL is a secret and only stored encrypted. Its origin and fingerprint are stored in
 * plain text, so that it can be shown and compared without decrypting it.
 */
export const storedWebhookSchema = z.object({
  /** Scheme and host: `https://hooks.slack.com`. */
  origin: z.string(),
  /** The short hash of the URL: identifies the webhook. Six digits of it are shown. */
  fingerprint: z.string(),
  /** The URL, encrypted for its place. */
  sealed: z.string(),
});

export type StoredWebhook = z.infer<typeof storedWebhookSchema>;

/** The channel field of a product, or of the settings (null), that a webhook is stored in. */
export type WebhookPlace = { readonly productId: string | null; readonly channel: ChannelName };

/** Why nothing can be sent to a webhook that was altered, moved from another place, or lost its data key. */
export const WEBHOOK_NOT_DECRYPTED = "The stored webhook can't be decrypted. Set it again.";

/** The parts of a stored webhook that aren't secret. */
export const outwardOf = (url: string): Pick<StoredWebhook, 'origin' | 'fingerprint'> => ({
  origin: new URL(url).origin,
  fingerprint: shortHash(url),
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
