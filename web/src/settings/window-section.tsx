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

/** How often the same exception is told. */
export const WindowSection = ({ settings, change }: SettingsPart) => {
  const { exception_rate_limit, exception_grouping, exception_closing_notification } = settings;
  const form = useForm<Fields>({ exception_rate_limit, exception_grouping, exception_closing_notification }, change);
  return (
    <Section title="Window" description="The same exception is told once in this time, and then counted" form={form}>
      <NumberField
        label="Seconds"
        description="0 tells every one. An hour is 3600."
        {...fieldOf(form, 'exception_rate_limit')}
      />
      <FormField
        label="Similar exceptions"
        description="Status codes, error codes and quoted text always count."
        errorText={form.errorOf('exception_grouping')}
      >
        <Toggle
          checked={form.values.exception_grouping === 'similar'}
          onChange={({ detail }) => form.set('exception_grouping', detail.checked ? 'similar' : 'exact')}
        >
          Exceptions that differ only by numbers, ids, addresses, hashes or times are the same
        </Toggle>
      </FormField>
      <FormField label="At the end of a window" errorText={form.errorOf('exception_closing_notification')}>
        <Toggle
          checked={form.values.exception_closing_notification}
          onChange={({ detail }) => form.set('exception_closing_notification', detail.checked)}
        >
          Tell how many were held back, though none came after
        </Toggle>
      </FormField>
    </Section>
  );
};
