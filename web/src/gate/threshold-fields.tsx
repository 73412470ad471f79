import ColumnLayout from '@cloudscape-design/components/column-layout';
import type { Severity } from '../api/answers.ts';
import { NumberField } from '../forms/number-field.tsx';
import { SEVERITIES, SEVERITY_KEYS } from './severities.ts';

export type Thresholds = Readonly<Record<`security_gate_threshold_${Severity}`, number | null>>;

/** What this needs of a form, which may have other fields besides. */
type ThresholdForm = {
  readonly values: Thresholds;
  errorOf(key: keyof Thresholds): string;
  set(key: keyof Thresholds, value: number | null): void;
};

type FieldsProps = { readonly form: ThresholdForm; readonly placeholder?: string };

/** The name of a severity's threshold. */
export const thresholdKey = (severity: Severity) => `security_gate_threshold_${severity}` as const;

/** Whether a threshold has an error, which must show even if the gate doesn't use the thresholds. */
export const hasThresholdError = ({ errorOf }: Pick<ThresholdForm, 'errorOf'>): boolean =>
  SEVERITY_KEYS.some((severity) => errorOf(thresholdKey(severity)) !== '');

/** The largest count of each severity that still passes. */
export const ThresholdFields = ({ form, placeholder = '' }: FieldsProps) => (
  <ColumnLayout columns={3} minColumnWidth={120}>
    {SEVERITY_KEYS.map((severity) => {
      const key = thresholdKey(severity);
      return (
        <NumberField
          key={severity}
          label={SEVERITIES[severity]}
          placeholder={placeholder}
          value={form.values[key]}
          error={form.errorOf(key)}
          change={(value) => form.set(key, value)}
        />
      );
    })}
  </ColumnLayout>
);
