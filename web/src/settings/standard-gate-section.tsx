import FormField from '@cloudscape-design/components/form-field';
import Toggle from '@cloudscape-design/components/toggle';
import { Section } from '../forms/section.tsx';
import { useForm } from '../forms/use-form.ts';
import { PreviewButton } from '../gate/preview-button.tsx';
import { hasThresholdError, ThresholdFields, type Thresholds } from '../gate/threshold-fields.tsx';
import { useGatePreview } from '../gate/use-gate-preview.tsx';

import type { SettingsPart } from './settings-part.ts';

type Fields = Thresholds & { readonly security_gate_active: boolean };

const fieldsOf = (settings: SettingsPart['settings']): Fields => ({
  security_gate_active: settings.security_gate_active,
  security_gate_threshold_critical: settings.security_gate_threshold_critical,
  security_gate_threshold_high: settings.security_gate_threshold_high,
  security_gate_threshold_medium: settings.security_gate_threshold_medium,
  security_gate_threshold_low: settings.security_gate_threshold_low,
  security_gate_threshold_none: settings.security_gate_threshold_none,
  security_gate_threshold_unknown: settings.security_gate_threshold_unknown,
});

/** The gate of every product without its own. */
export const StandardGateSection = ({ settings, change }: SettingsPart) => {
  const form = useForm<Fields>(fieldsOf(settings), change);
  const { security_gate_active } = form.values;
  const preview = useGatePreview('/settings', form.values);
  return (
    <Section
      title="Default gate"
      description="Applies to products on the default gate. Changes are applied in the background."
      form={form}
      confirm={preview.confirm}
    >
      <FormField errorText={form.errorOf('security_gate_active')}>
        <Toggle
          checked={security_gate_active}
          onChange={({ detail }) => form.set('security_gate_active', detail.checked)}
        >
          Active
        </Toggle>
      </FormField>
      {(security_gate_active || hasThresholdError(form)) && <ThresholdFields form={form} />}
      {form.isChanged && <PreviewButton read={preview.read} shownFor={JSON.stringify(form.values)} />}
    </Section>
  );
};
