import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import { CHANNELS, type Channel, wireName } from '../../../core/channels/channels.ts';
import type { ChannelField } from '../../../core/channels/declaration.ts';
import type { Product } from '../api/answers.ts';
import { useCaller } from '../api/api-context.ts';
import { addressesOf } from '../channels/addresses-of.ts';
import { BrokenChannels } from '../channels/broken-channels.tsx';
import { ChannelFields } from '../channels/channel-fields.tsx';
import { type SavedFields, savedFields } from '../channels/saved-fields.ts';
import { UnreadableFields } from '../channels/unreadable-fields.tsx';
import { hostOf } from '../channels/webhook-field.tsx';
import { Section } from '../forms/section.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import { follow } from '../frame/route.ts';
import { MuteControl } from '../schedules/mute-control.tsx';
import { ScheduleField } from '../schedules/schedule-field.tsx';
import { scheduleText } from '../schedules/schedule-text.ts';
import type { ProductPart } from './product-part.ts';

const IN_WORDS = {
  addresses: (list) => addressesOf(list).join('\n'),
  webhook: (url) => `Set: ${hostOf(url)}`,
  signed_webhook: (url) => `Set: ${hostOf(url)}`,
  bus: (name) => name,
} as const satisfies Record<ChannelField['kind'], (value: string) => string>;

const shown = ({ field }: Channel, value: string): string => (value === '' ? '–' : IN_WORDS[field.kind](value));

const OneShown = ({ channel, product }: { readonly channel: Channel; readonly product: Product }) => {
  const value = product[wireName('notification', channel)];
  const schedule = product.notification_schedule[channel.name];
  return (
    <>
      <div className="words lines">{shown(channel, value)}</div>
      {value !== '' && schedule && <Box color="text-body-secondary">{scheduleText(schedule)}</Box>}
    </>
  );
};

const Shown = ({ product }: { readonly product: Product }) => (
  <KeyValuePairs
    columns={3}
    items={CHANNELS.map((channel) => ({
      label: channel.label,
      value: <OneShown channel={channel} product={product} />,
    }))}
  />
);

/** Whether one of the fields takes email addresses and has some. */
const hasAddresses = (fields: SavedFields<'notification'>): boolean =>
  CHANNELS.some((channel) => channel.field.kind === 'addresses' && fields[wireName('notification', channel)] !== '');

/** Said before a delivery is skipped. */
const NoSender = () => (
  <Alert type="warning" header="Email isn't sent yet">
    No From address is set, so email is skipped.{' '}
    {useCaller().is_administrator ? (
      <Link href="/settings" onFollow={follow}>
        Set the From address
      </Link>
    ) : (
      'Ask an administrator to set it in the settings.'
    )}
  </Alert>
);

/** Who is notified when the gate changes. */
export const NotificationSection = ({ product, change, isMaintainer }: ProductPart) => {
  const { notification_schedule, notification_mute } = product;
  const saved = savedFields('notification', product);
  const form = useForm({ ...saved, notification_schedule }, change);
  const channels = CHANNELS.filter((channel) => saved[wireName('notification', channel)] !== '');
  return (
    <Section
      title="Notification"
      description="Who is notified when the security gate changes, or a report is overdue"
      form={form}
      isEditable={isMaintainer}
    >
      <BrokenChannels broken={product.broken_channels} />
      <UnreadableFields fields={product.unreadable_fields} />
      {!product.email_sender_set && hasAddresses(form.values) && <NoSender />}
      <MuteControl
        mutes={notification_mute}
        channels={channels}
        replace={isMaintainer ? (mutes) => change({ notification_mute: mutes }, { notification_mute }) : null}
      />
      {channels.length === 0 && (
        <Box color="text-status-inactive">
          Notifications appear on this page only.{' '}
          {isMaintainer
            ? 'To send them, add an email address or a webhook.'
            : 'A maintainer can add an email address or a webhook.'}
        </Box>
      )}
      {isMaintainer ? (
        <ChannelFields
          owner="notification"
          saved={saved}
          fieldOf={(name) => fieldOf(form, name)}
          testPath={`/products/${encodeURIComponent(product.id)}/test_notification`}
          below={(channel) => (
            <ScheduleField
              channel={channel}
              schedules={form.values.notification_schedule}
              error={form.errorOf('notification_schedule')}
              errorIn={(part) => form.errorIn('notification_schedule', `${channel.name}.${part}`)}
              change={(schedules) => form.set('notification_schedule', schedules)}
            />
          )}
        />
      ) : (
        <Shown product={product} />
      )}
    </Section>
  );
};
