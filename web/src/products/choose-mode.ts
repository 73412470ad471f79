import type { Product } from '../api/answers.ts';
import { SEVERITY_KEYS } from '../gate/severities.ts';
import { type Thresholds, thresholdKey } from '../gate/threshold-fields.tsx';

type GateFields = Thresholds & Pick<Product, 'security_gate_active'>;

type GateForm = {
  readonly values: GateFields;
  readonly set: <Key extends keyof GateFields>(key: Key, value: GateFields[Key]) => void;
};

/**
 * Sets the gate's mode in a form. A gate of its own starts with the thresholds that apply today, where it has none yet;
 * another mode takes back those that the reader left as they were.
 */
export const chooseMode = (form: GateForm, product: Product, active: boolean | null): void => {
  form.set('security_gate_active', active);
  const today = product.security_gate_thresholds;
  if (today === null) return;
  for (const severity of SEVERITY_KEYS) {
    const key = thresholdKey(severity);
    const value = form.values[key];
    if (product[key] !== null) continue;
    if (active === true && value === null) form.set(key, today[severity]);
    if (active !== true && value === today[severity]) form.set(key, null);
  }
};
