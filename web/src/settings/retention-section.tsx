import type { Settings } from '../api/answers.ts';
import { NumberField } from '../forms/number-field.tsx';
import { Section } from '../forms/section.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import type { SettingsPart } from './settings-part.ts';

type Fields = { readonly notification_retention_days: Settings['notification_retention_days'] | null };

/** When notifications are deleted. */
export const RetentionSection = ({ settings, change }: SettingsPart) => {
  const { notification_retention_days } = settings;
  const form = useForm<Fields>({ notification_retention_days }, change);
  return (
    <Section title="Retention" description="Older notifications are deleted with their deliveries" form={form}>
      <NumberField
        label="Delete notifications after (days)"
        description="Also applies to notifications that exist. 0 keeps them."
        {...fieldOf(form, 'notification_retention_days')}
      />
    </Section>
  );
};
