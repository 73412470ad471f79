import { unavailable } from '../platform/unavailable.ts';
import type { Destination, EncryptedDestination } from '../targets/model.ts';
import type { DataKeys } from './data-keys.ts';
import { type DataKey, keyIdOf, NONCE_BYTES, open, seal } from './encryption.ts';
import { outwardOf, type StoredWebhook, type WebhookPlace } from './model.ts';
import { newSecret, parseWebhookText, type SigningSecret, webhookText } from './signing-secrets.ts';

/** Encrypts and decrypts webhooks. Both throw while KMS is unavailable or refuses. */
export type WebhookSecrets = {
  /**
   * Encrypts a URL, and the secrets of a signed webhook, for its place. Returns null for the empty string. Throws
   * `unavailable` without the key.
   */
  encrypt(url: string, place: WebhookPlace, secrets?: readonly SigningSecret[]): Promise<StoredWebhook | null>;
  /** A new signing secret. */
  newSecret(): SigningSecret;
  /** The text for `parseWebhookText`; null if it was altered, is for another place, or its data key is lost. */
  decrypt(stored: StoredWebhook, place: WebhookPlace): Promise<string | null>;
};

/** The place that a text is encrypted for. Ids contain no spaces, so places are unambiguous. */
const placeText = ({ productId, channel }: WebhookPlace): string =>
  productId === null ? `settings ${channel}` : `product ${productId} ${channel}`;

/** Encrypts a URL for its place with a data key and an unused nonce. */
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
  async decrypt(stored, place) {
    const { sealed } = stored;
    const key = await keys.byId(keyIdOf(sealed));
    return key === null ? null : open({ key, sealed, place: placeText(place) });
  },
});

/** A destination that a channel can send to; null if its webhook can't be decrypted. */
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
