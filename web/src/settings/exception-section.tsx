import { CHANNELS, wireName } from '../../../core/channels/channels.ts';
import { BrokenChannels } from '../channels/broken-channels.tsx';
import { ChannelFields } from '../channels/channel-fields.tsx';
import { savedFields } from '../channels/saved-fields.ts';
import { UnreadableFields } from '../channels/unreadable-fields.tsx';
import { Section } from '../forms/section.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import { MuteControl } from '../schedules/mute-control.tsx';
import { ScheduleField } from '../schedules/schedule-field.tsx';
import type { SettingsPart } from './settings-part.ts';

/** Who is notified of exceptions. */
export const ExceptionSection = ({ settings, change }: SettingsPart) => {
  const { exception_schedule, exception_mute } = settings;
  const saved = savedFields('exception', settings);
  const form = useForm({ ...saved, exception_schedule }, change);
  return (
    <Section title="Exception channels" description="Who is notified of exceptions and alarms" form={form}>
      <BrokenChannels broken={settings.broken_channels} />
      <UnreadableFields fields={settings.unreadable_fields} />
      <MuteControl
        mutes={exception_mute}
        channels={CHANNELS.filter((channel) => saved[wireName('exception', channel)] !== '')}
        replace={(mutes) => change({ exception_mute: mutes }, { exception_mute })}
      />
      <ChannelFields
        owner="exception"
        saved={saved}
        fieldOf={(name) => fieldOf(form, name)}
        testPath="/settings/test_notification"
        below={(channel) => (
          <ScheduleField
            channel={channel}
            schedules={form.values.exception_schedule}
            error={form.errorOf('exception_schedule')}
            errorIn={(part) => form.errorIn('exception_schedule', `${channel.name}.${part}`)}
            change={(schedules) => form.set('exception_schedule', schedules)}
          />
        )}
      />
    </Section>
  );
};
