import { NumberField } from '../forms/number-field.tsx';
import { Section } from '../forms/section.tsx';
import { TextField } from '../forms/text-field.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import type { ProductPart } from './product-part.ts';

/** What the product is called, and how often it is scanned. */
export const DetailsSection = ({ product, change }: ProductPart) => {
  const { name, description, report_expected_hours } = product;
  const form = useForm({ name, description, report_expected_hours }, change);
  return (
    <Section title="Details" form={form}>
      <TextField label="Name" {...fieldOf(form, 'name')} />
      <TextField label="Description" lines={3} {...fieldOf(form, 'description')} />
      <NumberField
        label="Report expected within (hours)"
        description="If none comes in time, the product's channels are notified once. Empty: never."
        {...fieldOf(form, 'report_expected_hours')}
      />
    </Section>
  );
};
