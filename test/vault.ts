import { randomBytes } from 'node:crypto';
import { eachChannel, type Owner, type WireName } from '../core/channels/channels.ts';
import { splitAddresses } from '../core/channels/email/addresses.ts';
import { fromFields } from '../core/channels/fields.ts';
import type { Channels } from '../core/channels/model.ts';
import type { Product } from '../core/products/model.ts';
import { type DataKey, NONCE_BYTES } from '../core/secrets/encryption.ts';
import type { StoredWebhook, WebhookPlace } from '../core/secrets/model.ts';
import { encryptWebhook, makeWebhookSecrets } from '../core/secrets/webhook-secrets.ts';

const KEY: DataKey = { id: 'test', bytes: new Uint8Array(32).fill(7) };

/** A vault with the one data key of the tests, and without KMS. */
export const testVault = makeWebhookSecrets(
  { current: async () => KEY, byId: async (id) => (id === KEY.id ? KEY : null) },
  randomBytes,
);

/** A webhook as that vault seals it. */
export const sealed = (url: string, place: WebhookPlace): StoredWebhook =>
  encryptWebhook({ key: KEY, url, place, nonce: randomBytes(NONCE_BYTES) });

/** Channels as people write them, by their fields in the API; those that are left out are not set. */
export const sealedChannels = <Of extends Owner>(
  productId: string | null,
  owner: Of,
  fields: Partial<Record<WireName<Of>, string>>,
): Channels => {
  const { channels } = fromFields(owner)(fields);
  return eachChannel(({ name: channel, field: { kind } }) => {
    const { text = '' } = channels[channel] ?? {};
    if (text === '') return null;
    if (kind === 'addresses') return { kind, addresses: splitAddresses(text) };
    if (kind === 'bus') return { kind, bus: text };
    return { kind: 'webhook', webhook: sealed(text, { productId, channel }) };
  });
};

/** Fields of a product, with its channels as people write them. */
export type PlainProduct = Partial<Omit<Product, 'channels'>> & Partial<Record<WireName<'notification'>, string>>;

/** The same fields as a product stores them: all channels where one is named. */
export const sealedFields = (productId: string, fields: PlainProduct): Partial<Product> => {
  const { channels, ...rest } = fromFields('notification')(fields);
  const isNamed = Object.keys(channels).length > 0;
  return { ...rest, ...(isNamed && { channels: sealedChannels(productId, 'notification', fields) }) };
};
