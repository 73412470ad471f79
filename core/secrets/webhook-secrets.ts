import { unavailable } from '../platform/unavailable.ts';
import type { Destination, EncryptedDestination } from '../targets/model.ts';
import type { DataKeys } from './data-keys.ts';
import { type DataKey, keyIdOf, NONCE_BYTES, open, seal } from './encryption.ts';
import { outwardOf, type StoredWebhook, type WebhookPlace } from './model.ts';

/** Seals and opens webhooks. Both throw while KMS is away, or refuses. */
export type WebhookSecrets = {
  /** A URL as it is to be kept in its place; the empty string is no webhook. Throws `unavailable` without the key. */
  seal(url: string, place: WebhookPlace): Promise<StoredWebhook | null>;
  /** The URL; null where what is kept was altered, is another place's, or its data key is lost. */
  open(kept: StoredWebhook, place: WebhookPlace): Promise<string | null>;
};

/** What a sealed text is bound to. Ids hold no blank, so no two places read alike. */
const placeText = ({ productId, channel }: WebhookPlace): string =>
  productId === null ? `settings ${channel}` : `product ${productId} ${channel}`;

/** A URL as it is kept in its place, sealed with a data key under a nonce that it has not been used with. */
export const encryptWebhook = (webhook: {
  readonly key: DataKey;
  readonly url: string;
  readonly place: WebhookPlace;
  readonly nonce: Uint8Array;
}): StoredWebhook => ({
  ...outwardOf(webhook.url),
  sealed: seal({ key: webhook.key, text: webhook.url, place: placeText(webhook.place), nonce: webhook.nonce }),
});

const currentKey = async (keys: DataKeys): Promise<DataKey> => {
  try {
    return await keys.current();
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown';
    throw unavailable('key', `No webhook can be encrypted (${reason})`, error);
  }
};

/** A vault with the data keys of a stage. */
export const makeWebhookSecrets = (keys: DataKeys, randomBytes: (size: number) => Uint8Array): WebhookSecrets => ({
  async seal(url, place) {
    if (url === '') return null;
    return encryptWebhook({ key: await currentKey(keys), url, place, nonce: randomBytes(NONCE_BYTES) });
  },
  async open(kept, place) {
    const { sealed } = kept;
    const key = await keys.byId(keyIdOf(sealed));
    return key === null ? null : open({ key, sealed, place: placeText(place) });
  },
});

/** A destination that a channel can send to; null where its webhook does not open. */
export const openDestination = async (
  { open: openWebhook }: Pick<WebhookSecrets, 'open'>,
  sealed: EncryptedDestination,
): Promise<Destination | null> => {
  if (sealed.kind === 'address') return sealed;
  const webhook = await openWebhook(sealed.webhook, sealed.place);
  return webhook === null ? null : { kind: 'webhook', channel: sealed.channel, webhook };
};
