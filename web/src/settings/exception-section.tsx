import { BrokenChannels } from '../channels/broken-channels.tsx';
import { ChannelFields } from '../channels/channel-fields.tsx';
import type { Channel } from '../channels/channel-names.ts';
import { UnreadableFields } from '../channels/unreadable-fields.tsx';
import { Section } from '../forms/section.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import type { SettingsPart } from './settings-part.ts';

/** Who is notified of exceptions. */
export const ExceptionSection = ({ settings, change }: SettingsPart) => {
  const saved = {
    exception_email_to: settings.exception_email_to,
    exception_ms_teams_webhook: settings.exception_ms_teams_webhook,
    exception_slack_webhook: settings.exception_slack_webhook,
  };
  const form = useForm(saved, change);
  const field = (channel: Channel, key: keyof typeof saved) => ({
    channel,
    saved: saved[key],
    ...fieldOf(form, key),
  });
  return (
    <Section title="Exception channels" description="Who is notified of exceptions and alarms" form={form}>
      <BrokenChannels broken={settings.broken_channels} />
      <UnreadableFields fields={settings.unreadable_fields} />
      <ChannelFields
        testPath="/settings/test_notification"
        fields={[
          field('email', 'exception_email_to'),
          field('ms_teams', 'exception_ms_teams_webhook'),
          field('slack', 'exception_slack_webhook'),
        ]}
      />
    </Section>
  );
};
