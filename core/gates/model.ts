import * as z from 'zod/mini';
import { wholeNumberSchema } from '../platform/whole-number.ts';
import { type ObservationCounts, SEVERITIES, type Severity } from './severity.ts';

/** A threshold: the highest count of a severity with which the gate passes. */
export const thresholdSchema = wholeNumberSchema(999_999);

/** The state of a gate in notifications: `passed` for true, `failed` for false, `none` for null. */
export const gateStateSchema = z.enum(['passed', 'failed', 'none']);
export type GateState = z.infer<typeof gateStateSchema>;

/** A severity whose count exceeds its threshold. */
export const exceededSchema = z.object({
  severity: z.enum(SEVERITIES),
  count: z.int(),
  threshold: z.int(),
});
export type Exceeded = z.infer<typeof exceededSchema>;

/** The threshold of each severity. */
export const thresholdsBySeveritySchema = z.strictObject({
  critical: thresholdSchema,
  high: thresholdSchema,
  medium: thresholdSchema,
  low: thresholdSchema,
  none: thresholdSchema,
  unknown: thresholdSchema,
});
type ThresholdsBySeverity = z.infer<typeof thresholdsBySeveritySchema>;

type Thresholds = Readonly<Record<`security_gate_threshold_${Severity}`, number | null>>;

/** The gate fields of the settings: the default gate. */
export type DefaultGate = Thresholds & { readonly security_gate_active: boolean };

/** The gate fields of a product. `security_gate_active`: null = default gate, false = disabled, true = its own thresholds. */
export type ProductGate = Thresholds & {
  readonly security_gate_active: boolean | null;
  readonly observation_counts: ObservationCounts;
};

/** `passed`: null if there is no gate. `exceeded`: the exceeded thresholds, most severe first. */
export type GateResult = { readonly passed: boolean | null; readonly exceeded: readonly Exceeded[] };

const effectiveFields = (product: ProductGate, standard: DefaultGate): Thresholds | null => {
  switch (product.security_gate_active) {
    case null:
      return standard.security_gate_active ? standard : null;
    case false:
      return null;
    case true:
      return product;
    default:
      return product.security_gate_active satisfies never;
  }
};

/** The thresholds that apply to a product; null if its gate is disabled. A null threshold counts as 0. */
export const effectiveThresholds = (product: ProductGate, standard: DefaultGate): ThresholdsBySeverity | null => {
  const fields = effectiveFields(product, standard);
  if (fields === null) return null;
  return {
    critical: fields.security_gate_threshold_critical ?? 0,
    high: fields.security_gate_threshold_high ?? 0,
    medium: fields.security_gate_threshold_medium ?? 0,
    low: fields.security_gate_threshold_low ?? 0,
    none: fields.security_gate_threshold_none ?? 0,
    unknown: fields.security_gate_threshold_unknown ?? 0,
  };
};

/** Computes a product's security gate: passed when no severity's count exceeds its threshold. */
export const evaluateGate = (product: ProductGate, standard: DefaultGate): GateResult => {
  const thresholds = effectiveThresholds(product, standard);
  if (thresholds === null) return { passed: null, exceeded: [] };
  const over = SEVERITIES.flatMap((severity) => {
    const count = product.observation_counts[severity];
    const allowed = thresholds[severity];
    return count > allowed ? [{ severity, count, threshold: allowed }] : [];
  });
  return { passed: over.length === 0, exceeded: over };
};

/** The gate state for a product's `security_gate_passed`. */
export const gateStateOf = (passed: boolean | null): GateState => {
  if (passed === null) return 'none';
  return passed ? 'passed' : 'failed';
};

/** "3 critical, 0 allowed; 12 high, 5 allowed". */
export const describeExceeded = (over: readonly Exceeded[]): string =>
  over.map(({ severity, count, threshold: allowed }) => `${count} ${severity}, ${allowed} allowed`).join('; ');
