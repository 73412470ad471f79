import { Section } from '../forms/section.tsx';
import { TextField } from '../forms/text-field.tsx';
import { fieldOf, useForm } from '../forms/use-form.ts';
import type { ProductPart } from './product-part.ts';

/** What the product is called. */
export const DetailsSection = ({ product, change }: ProductPart) => {
  const form = useForm({ name: product.name, description: product.description }, change);
  return (
    <Section title="Details" form={form}>
      <TextField label="Name" {...fieldOf(form, 'name')} />
      <TextField label="Description" lines={3} {...fieldOf(form, 'description')} />
    </Section>
  );
};
