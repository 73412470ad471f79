import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Textarea from '@cloudscape-design/components/textarea';
import type { ReactNode } from 'react';

type TextFieldProps = {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly error: string;
  readonly change: (value: string) => void;
  readonly placeholder?: string;
  readonly lines?: number;
  readonly disabled?: boolean;
  /** Shown beside the field. */
  readonly control?: ReactNode;
};

/** A text field with its label and the API's error message. */
export const TextField = ({
  label,
  description,
  value,
  error,
  change,
  placeholder,
  lines = 1,
  control,
  ...rest
}: TextFieldProps) => {
  const shared = {
    value,
    onChange: ({ detail }: { readonly detail: { readonly value: string } }) => change(detail.value),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...rest,
  };
  return (
    <FormField
      label={label}
      description={description}
      errorText={error}
      secondaryControl={control}
      stretch={control === undefined}
    >
      {lines === 1 ? <Input {...shared} /> : <Textarea {...shared} rows={lines} />}
    </FormField>
  );
};
