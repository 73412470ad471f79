import { randomBytes } from 'node:crypto';
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

type WebhookFields = 'notification_ms_teams_webhook' | 'notification_slack_webhook';

/** Fields of a product, with its webhooks as people write them; the empty string is none. */
export type PlainProduct = Partial<Omit<Product, WebhookFields>> & { readonly [field in WebhookFields]?: string };

const sealedOrNone = (url: string, place: WebhookPlace) => (url === '' ? null : sealed(url, place));

/** The same fields as a product keeps them. */
export const sealedFields = (
  productId: string,
  { notification_ms_teams_webhook: teams, notification_slack_webhook: slack, ...rest }: PlainProduct,
): Partial<Product> => ({
  ...rest,
  ...(teams !== undefined && {
    notification_ms_teams_webhook: sealedOrNone(teams, { productId, channel: 'ms_teams' }),
  }),
  ...(slack !== undefined && { notification_slack_webhook: sealedOrNone(slack, { productId, channel: 'slack' }) }),
});
