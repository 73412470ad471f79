import type { EncryptedWebhooks } from '../../core/products/model.ts';
import type { WebhookSecrets } from '../../core/secrets/webhook-secrets.ts';

type PlainWebhooks = {
  readonly notification_ms_teams_webhook?: string | undefined;
  readonly notification_slack_webhook?: string | undefined;
};

/** Fields of a product with its webhooks sealed for their places; those that are left out stay so. */
export const encryptProduct = async <Fields extends PlainWebhooks>(
  { seal }: Pick<WebhookSecrets, 'seal'>,
  productId: string,
  { notification_ms_teams_webhook: teams, notification_slack_webhook: slack, ...rest }: Fields,
): Promise<Omit<Fields, keyof PlainWebhooks> & EncryptedWebhooks> => ({
  ...rest,
  ...(teams !== undefined && { notification_ms_teams_webhook: await seal(teams, { productId, channel: 'ms_teams' }) }),
  ...(slack !== undefined && { notification_slack_webhook: await seal(slack, { productId, channel: 'slack' }) }),
});
