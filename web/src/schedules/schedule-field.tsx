import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Select from '@cloudscape-design/components/select';
import TimeInput from '@cloudscape-design/components/time-input';
import type { Channel } from '../../../core/channels/channels.ts';
import type { Schedule, Schedules } from '../api/answers.ts';

const IMMEDIATELY: Schedule = { kind: 'immediately' };

const KINDS = [
  { value: 'immediately', label: 'Immediately' },
  { value: 'hourly', label: 'Every hour' },
  { value: 'daily', label: 'Every day at' },
] as const;

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const startOf = (kind: string | undefined): Schedule => {
  switch (kind) {
    case 'hourly':
      return { kind };
    case 'daily':
      return { kind, time: '09:00', time_zone: ownZone() };
    default:
      return IMMEDIATELY;
  }
};

/** All zones that the browser knows, and the one that is set. */
const zones = (chosen: string) =>
  [...new Set(['UTC', ownZone(), chosen, ...Intl.supportedValuesOf('timeZone')])].map((value) => ({ value }));

/** The API's message at a part of the schedule. */
type ErrorIn = (part: 'time' | 'time_zone') => string;

type DailyProps = {
  readonly label: string;
  readonly errorIn: ErrorIn;
  readonly schedule: Extract<Schedule, { readonly kind: 'daily' }>;
  readonly change: (schedule: Schedule) => void;
};

const timeField = ({ label, errorIn, schedule, change }: DailyProps) => (
  <FormField label={`${label} time`} errorText={errorIn('time')}>
    <TimeInput
      format="hh:mm"
      placeholder="hh:mm"
      value={schedule.time}
      onChange={({ detail }) => change({ ...schedule, time: detail.value })}
    />
  </FormField>
);

const zoneField = ({ label, errorIn, schedule, change }: DailyProps) => (
  <FormField label={`${label} time zone`} errorText={errorIn('time_zone')}>
    <Select
      selectedOption={{ value: schedule.time_zone }}
      options={zones(schedule.time_zone)}
      filteringType="auto"
      virtualScroll
      expandToViewport
      onChange={({ detail }) => change({ ...schedule, time_zone: detail.selectedOption.value ?? schedule.time_zone })}
    />
  </FormField>
);

type ScheduleFieldProps = {
  readonly channel: Channel;
  readonly schedules: Schedules;
  /** The API's message at the schedules as a whole. */
  readonly error: string;
  readonly errorIn: ErrorIn;
  readonly change: (schedules: Schedules) => void;
};

/** When a channel sends. One that sends immediately is left out of the schedules. */
export const ScheduleField = ({ channel: { name, label }, schedules, error, errorIn, change }: ScheduleFieldProps) => {
  const { [name]: schedule = IMMEDIATELY, ...others } = schedules;
  const set = (next: Schedule) => change(next.kind === 'immediately' ? others : { ...others, [name]: next });
  const daily = schedule.kind === 'daily' ? { label, errorIn, schedule, change: set } : null;
  return (
    <Grid gridDefinition={(daily ? [4, 3, 5] : [4]).map((colspan) => ({ colspan: { default: 12, s: colspan } }))}>
      <FormField label={`${label} schedule`} errorText={error}>
        <Select
          selectedOption={KINDS.find(({ value }) => value === schedule.kind) ?? KINDS[0]}
          options={KINDS}
          expandToViewport
          onChange={({ detail }) => set(startOf(detail.selectedOption.value))}
        />
      </FormField>
      {daily && timeField(daily)}
      {daily && zoneField(daily)}
    </Grid>
  );
};
