import Alert from '@cloudscape-design/components/alert';
import type { Product } from '../api/answers.ts';
import { CHANNEL_NAMES } from './channel-names.ts';

type UnreadableFieldsProps = { readonly fields: Product['unreadable_fields'] };

/** Webhooks that are set and can't be decrypted now. */
export const UnreadableFields = ({ fields }: UnreadableFieldsProps) => {
  const channels = (['ms_teams', 'slack'] as const).filter((channel) =>
    fields.some((field) => field.endsWith(`_${channel}_webhook`)),
  );
  if (channels.length === 0) return null;
  return (
    <Alert type="warning" header="A webhook can't be decrypted">
      {channels.map((channel) => CHANNEL_NAMES[channel]).join(' and ')}: the webhook is stored, but its encryption key
      can't be used now. You can still change other fields. If this persists, set the webhook again, or ask an
      administrator to check the key.
    </Alert>
  );
};
