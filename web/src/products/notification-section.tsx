import Box from '@cloudscape-design/components/box';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { Product } from '../api/answers.ts';
import { BrokenChannels } from '../channels/broken-channels.tsx';
import { ChannelFields } from '../channels/channel-fields.tsx';
import { CHANNEL_NAMES } from '../channels/channel-names.ts';
import { UnreadableFields } from '../channels/unreadable-fields.tsx';
import { hostOf } from '../channels/webhook-field.tsx';
import { Section } from '../forms/section.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import type { ProductPart } from './product-part.ts';

const channelFieldsOf = (product: Product) => ({
  notification_email_to: product.notification_email_to,
  notification_ms_teams_webhook: product.notification_ms_teams_webhook,
  notification_slack_webhook: product.notification_slack_webhook,
});

const webhook = (url: string) => (url === '' ? '–' : `Set: ${hostOf(url)}`);

const Shown = ({ product }: { readonly product: Product }) => (
  <KeyValuePairs
    columns={3}
    items={[
      {
        label: CHANNEL_NAMES.email,
        value: <span className="words">{product.notification_email_to || '–'}</span>,
      },
      { label: CHANNEL_NAMES.ms_teams, value: webhook(product.notification_ms_teams_webhook) },
      { label: CHANNEL_NAMES.slack, value: webhook(product.notification_slack_webhook) },
    ]}
  />
);

const isSilent = (product: Product): boolean => Object.values(channelFieldsOf(product)).every((value) => value === '');

/** Who is notified when the gate changes. */
export const NotificationSection = ({ product, change, isMaintainer }: ProductPart) => {
  const saved = channelFieldsOf(product);
  const form = useForm(saved, change);
  const field = (channel: keyof typeof CHANNEL_NAMES, key: keyof typeof saved) => ({
    channel,
    saved: saved[key],
    ...fieldOf(form, key),
  });
  return (
    <Section
      title="Notification"
      description="Who is notified when the security gate changes"
      form={form}
      isEditable={isMaintainer}
    >
      <BrokenChannels broken={product.broken_channels} />
      <UnreadableFields fields={product.unreadable_fields} />
      {isSilent(product) && (
        <Box color="text-status-inactive">
          Notifications appear on this page only.{' '}
          {isMaintainer
            ? 'To send them, add an email address or a webhook.'
            : 'A maintainer can add an email address or a webhook.'}
        </Box>
      )}
      {isMaintainer ? (
        <ChannelFields
          testPath={`/products/${encodeURIComponent(product.id)}/test_notification`}
          fields={[
            field('email', 'notification_email_to'),
            field('ms_teams', 'notification_ms_teams_webhook'),
            field('slack', 'notification_slack_webhook'),
          ]}
        />
      ) : (
        <Shown product={product} />
      )}
    </Section>
  );
};
