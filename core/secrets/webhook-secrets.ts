import { unavailable } from '../platform/unavailable.ts';
import type { Destination, EncryptedDestination } from '../targets/model.ts';
import type { DataKeys } from './data-keys.ts';
import { type DataKey, keyIdOf, NONCE_BYTES, open, seal } from './encryption.ts';
import { outwardOf, type StoredWebhook, type WebhookPlace } from './model.ts';
import { newSecret, parseWebhookText, type SigningSecret, webhookText } from './signing-secrets.ts';

/** Seals and opens webhooks. Both throw while KMS is away, or refuses. */
export type WebhookSecrets = {
  /**
   * A URL, with the secrets of a signed webhook, as it is stored in its place; the empty string is no webhook. Throws
   * `unavailable` without the key.
   */
  encrypt(url: string, place: WebhookPlace, secrets?: readonly SigningSecret[]): Promise<StoredWebhook | null>;
  /** A signing secret that was never used before. */
  newSecret(): SigningSecret;
  /** The text of the webhook, as `parseWebhookText` reads it; null where what is kept was altered, is another place's, or its data key is lost. */
  decrypt(kept: StoredWebhook, place: WebhookPlace): Promise<string | null>;
};

/** What a sealed text is bound to. Ids hold no blank, so no two places read alike. */
const placeText = ({ productId, channel }: WebhookPlace): string =>
  productId === null ? `settings ${channel}` : `product ${productId} ${channel}`;

/** A URL as it is kept in its place, sealed with a data key under a nonce that it has not been used with. */
export const encryptWebhook = (webhook: {
  readonly key: DataKey;
  readonly url: string;
  readonly secrets?: readonly SigningSecret[];
  readonly place: WebhookPlace;
  readonly nonce: Uint8Array;
}): StoredWebhook => ({
  ...outwardOf(webhook.url),
  sealed: seal({
    key: webhook.key,
    text: webhookText({ secrets: [], ...webhook }),
    place: placeText(webhook.place),
    nonce: webhook.nonce,
  }),
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
  newSecret: () => newSecret(randomBytes),
  async encrypt(url, place, secrets = []) {
    if (url === '') return null;
    return encryptWebhook({ key: await currentKey(keys), url, secrets, place, nonce: randomBytes(NONCE_BYTES) });
  },
  async decrypt(kept, place) {
    const { sealed } = kept;
    const key = await keys.byId(keyIdOf(sealed));
    return key === null ? null : open({ key, sealed, place: placeText(place) });
  },
});

/** A destination that a channel can send to; null where its webhook does not open. */
export const decryptDestination = async (
  { decrypt: decryptWebhook }: Pick<WebhookSecrets, 'decrypt'>,
  sealed: EncryptedDestination,
): Promise<Destination | null> => {
  if (sealed.kind !== 'webhook') return sealed;
  const text = await decryptWebhook(sealed.webhook, sealed.place);
  if (text === null) return null;
  const { url, secrets } = parseWebhookText(text);
  return { kind: 'webhook', channel: sealed.channel, webhook: url, secrets };
};
