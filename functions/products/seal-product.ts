import type { SealedWebhooks } from '../../core/products/model.ts';
import type { Vault } from '../../core/secrets/vault.ts';

type PlainWebhooks = {
  readonly notification_ms_teams_webhook?: string | undefined;
  readonly notification_slack_webhook?: string | undefined;
};

/** Fields of a product with its webhooks sealed for their places; those that are left out stay so. */
export const sealProduct = async <Fields extends PlainWebhooks>(
  { seal }: Pick<Vault, 'seal'>,
  productId: string,
  { notification_ms_teams_webhook: teams, notification_slack_webhook: slack, ...rest }: Fields,
): Promise<Omit<Fields, keyof PlainWebhooks> & SealedWebhooks> => ({
  ...rest,
  ...(teams !== undefined && { notification_ms_teams_webhook: await seal(teams, { productId, channel: 'ms_teams' }) }),
  ...(slack !== undefined && { notification_slack_webhook: await seal(slack, { productId, channel: 'slack' }) }),
});
