import { BrokenChannels } from '../channels/broken-channels.tsx';
import { ChannelFields } from '../channels/channel-fields.tsx';
import { savedFields } from '../channels/saved-fields.ts';
import { UnreadableFields } from '../channels/unreadable-fields.tsx';
import { Section } from '../forms/section.tsx';
import { useForm } from '../forms/use-form.ts';
import type { SettingsPart } from './settings-part.ts';

/** Who is notified of exceptions. */
export const ExceptionSection = ({ settings, change }: SettingsPart) => {
  const saved = savedFields('exception', settings);
  const form = useForm(saved, change);
  return (
    <Section title="Exception channels" description="Who is notified of exceptions and alarms" form={form}>
      <BrokenChannels broken={settings.broken_channels} />
      <UnreadableFields fields={settings.unreadable_fields} />
      <ChannelFields owner="exception" saved={saved} form={form} testPath="/settings/test_notification" />
    </Section>
  );
};
