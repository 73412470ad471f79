import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Tiles from '@cloudscape-design/components/tiles';
import type { Product } from '../api/answers.ts';
import { Section } from '../forms/section.tsx';
import { useForm } from '../forms/use-form.ts';
import { GateTable } from '../gate/gate-table.tsx';
import { PreviewButton } from '../gate/preview-button.tsx';
import { hasThresholdError, ThresholdFields } from '../gate/threshold-fields.tsx';
import { useGatePreview } from '../gate/use-gate-preview.tsx';
import { chooseMode } from './choose-mode.ts';
import { LastReport } from './last-report.tsx';

import type { ProductPart } from './product-part.ts';

const MODES = [
  { value: 'standard', active: null, label: 'Default gate', description: 'Thresholds from the settings' },
  { value: 'own', active: true, label: 'Own gate', description: "This product's thresholds" },
  { value: 'disabled', active: false, label: 'No gate', description: 'Not checked' },
] as const;

const modeOf = (active: boolean | null): string => MODES.find((mode) => mode.active === active)?.value ?? '';

const gateFieldsOf = (product: Product) => ({
  security_gate_active: product.security_gate_active,
  security_gate_threshold_critical: product.security_gate_threshold_critical,
  security_gate_threshold_high: product.security_gate_threshold_high,
  security_gate_threshold_medium: product.security_gate_threshold_medium,
  security_gate_threshold_low: product.security_gate_threshold_low,
  security_gate_threshold_none: product.security_gate_threshold_none,
  security_gate_threshold_unknown: product.security_gate_threshold_unknown,
});

/** The gate: findings against thresholds, and which thresholds apply. */
export const GateSection = ({ product, change, isMaintainer }: ProductPart) => {
  const form = useForm(gateFieldsOf(product), change);
  const active = form.values.security_gate_active;
  const preview = useGatePreview(`/products/${encodeURIComponent(product.id)}`, form.values);
  const mode = MODES.find((candidate) => candidate.active === product.security_gate_active);
  return (
    <Section
      title="Security gate"
      description="Passes if no severity has more findings than its threshold"
      form={form}
      isEditable={isMaintainer}
      confirm={preview.confirm}
    >
      <LastReport product={product} />
      <GateTable product={product} />
      {isMaintainer ? (
        <FormField label="Thresholds" errorText={form.errorOf('security_gate_active')} stretch>
          <Tiles
            value={modeOf(active)}
            columns={3}
            onChange={({ detail }) => {
              const chosen = MODES.find(({ value }) => value === detail.value);
              if (chosen !== undefined) chooseMode(form, product, chosen.active);
            }}
            items={MODES.map(({ value, label, description }) => ({ value, label, description }))}
          />
        </FormField>
      ) : (
        <Box color="text-body-secondary">
          Thresholds: {mode?.label} ({mode?.description})
        </Box>
      )}
      {isMaintainer && (active === true || hasThresholdError(form)) && <ThresholdFields form={form} placeholder="0" />}
      {form.isChanged && <PreviewButton read={preview.read} shownFor={JSON.stringify(form.values)} />}
    </Section>
  );
};
