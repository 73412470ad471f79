import type { WebhookSecrets } from '../../core/secrets/webhook-secrets.ts';
import type { EncryptedSettingsChange, SettingsChange } from '../../core/settings/model.ts';

/** A change of the settings with its webhooks sealed for their places; those that it leaves out stay as they are. */
export const encryptSettings = async (
  { seal }: Pick<WebhookSecrets, 'seal'>,
  { exception_ms_teams_webhook: teams, exception_slack_webhook: slack, ...rest }: SettingsChange,
): Promise<EncryptedSettingsChange> => ({
  ...rest,
  ...(teams !== undefined && {
    exception_ms_teams_webhook: await seal(teams, { productId: null, channel: 'ms_teams' }),
  }),
  ...(slack !== undefined && { exception_slack_webhook: await seal(slack, { productId: null, channel: 'slack' }) }),
});
