import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';

type NumberFieldProps = {
  readonly label: string;
  readonly description?: string;
  /** Null is the empty field. */
  readonly value: number | null;
  readonly error: string;
  readonly change: (value: number | null) => void;
  readonly placeholder?: string;
  readonly disabled?: boolean;
};

/** A number as it is typed. The API validates it. */
export const NumberField = ({ label, description, value, error, change, placeholder, disabled }: NumberFieldProps) => (
  <FormField label={label} description={description} errorText={error}>
    <Input
      type="number"
      inputMode="numeric"
      step={1}
      value={value === null ? '' : String(value)}
      disabled={disabled ?? false}
      {...(placeholder === undefined ? {} : { placeholder })}
      onChange={({ detail }) => change(detail.value.trim() === '' ? null : Number(detail.value))}
    />
  </FormField>
);
