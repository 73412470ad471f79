import Checkbox from '@cloudscape-design/components/checkbox';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Severity } from '../api/answers.ts';
import { NumberField } from '../forms/number-field.tsx';
import { NO_LIMIT } from './no-limit.ts';
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

const ThresholdField = ({ form, placeholder = '', severity }: FieldsProps & { readonly severity: Severity }) => {
  const [typed, setTyped] = useState<number | null>(null);
  const [key, label] = [thresholdKey(severity), SEVERITIES[severity]];
  const [value, error] = [form.values[key], form.errorOf(key)];
  // A large number shows as long as it is typed: 999,999 begins with what means no limit.
  const isUnlimited = value !== null && value >= NO_LIMIT && value !== typed && error === '';
  const set = (next: number | null, nextTyped: number | null) => {
    setTyped(nextTyped);
    form.set(key, next);
  };
  return (
    <SpaceBetween size="xxs">
      <NumberField
        label={label}
        placeholder={isUnlimited ? '' : placeholder}
        value={isUnlimited ? null : value}
        error={error}
        disabled={isUnlimited}
        change={(next) => set(next, next)}
      />
      <Checkbox
        checked={isUnlimited}
        ariaLabel={`No limit for ${label}`}
        onChange={({ detail }) => set(detail.checked ? NO_LIMIT : 0, null)}
      >
        No limit
      </Checkbox>
    </SpaceBetween>
  );
};

/** The largest count of each severity that still passes. */
export const ThresholdFields = (props: FieldsProps) => (
  <ColumnLayout columns={3} minColumnWidth={120}>
    {SEVERITY_KEYS.map((severity) => (
      <ThresholdField key={severity} severity={severity} {...props} />
    ))}
  </ColumnLayout>
);
