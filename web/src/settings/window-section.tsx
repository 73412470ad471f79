import FormField from '@cloudscape-design/components/form-field';
import Toggle from '@cloudscape-design/components/toggle';
import type { Settings } from '../api/answers.ts';
import { NumberField } from '../forms/number-field.tsx';
import { Section } from '../forms/section.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import type { SettingsPart } from './settings-part.ts';

type Fields = Pick<Settings, 'exception_grouping' | 'exception_closing_notification'> & {
  readonly exception_rate_limit: number | null;
};

/** How often the same exception is sent. */
export const WindowSection = ({ settings, change }: SettingsPart) => {
  const { exception_rate_limit, exception_grouping, exception_closing_notification } = settings;
  const form = useForm<Fields>({ exception_rate_limit, exception_grouping, exception_closing_notification }, change);
  return (
    <Section title="Repeated exceptions" description="Repeats within the interval are counted, not sent" form={form}>
      <NumberField
        label="Repeat interval (seconds)"
        description="Send the same exception at most once per interval. 0 sends every exception; 3600 is one hour."
        {...fieldOf(form, 'exception_rate_limit')}
      />
      <FormField
        label="Similar exceptions"
        description="Status codes, error codes, and quoted text always distinguish exceptions."
        errorText={form.errorOf('exception_grouping')}
      >
        <Toggle
          checked={form.values.exception_grouping === 'similar'}
          onChange={({ detail }) => form.set('exception_grouping', detail.checked ? 'similar' : 'exact')}
        >
          Treat exceptions that differ only in numbers, IDs, addresses, hashes, or times as the same
        </Toggle>
      </FormField>
      <FormField label="At the end of the interval" errorText={form.errorOf('exception_closing_notification')}>
        <Toggle
          checked={form.values.exception_closing_notification}
          onChange={({ detail }) => form.set('exception_closing_notification', detail.checked)}
        >
          Send a summary of repeats
        </Toggle>
      </FormField>
    </Section>
  );
};
