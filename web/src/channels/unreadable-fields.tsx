import Alert from '@cloudscape-design/components/alert';
import { CHANNELS } from '../../../core/channels/channels.ts';
import type { Product } from '../api/answers.ts';

type UnreadableFieldsProps = { readonly fields: Product['unreadable_fields'] };

/** Webhooks that are set and can't be decrypted now. */
export const UnreadableFields = ({ fields }: UnreadableFieldsProps) => {
  const channels = CHANNELS.filter(({ field: { wire } }) => fields.some((name) => name.endsWith(`_${wire}`)));
  if (channels.length === 0) return null;
  return (
    <Alert type="warning" header="A webhook can't be decrypted">
      {channels.map(({ label }) => label).join(' and ')}: the webhook is stored, but its encryption key can't be used
      now. You can still change other fields. If this persists, set the webhook again, or ask an administrator to check
      the key.
    </Alert>
  );
};
