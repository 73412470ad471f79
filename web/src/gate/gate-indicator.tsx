import type { ListedProduct } from '../api/answers.ts';
import { Status } from '../frame/status.tsx';

const SHOWN = {
  passed: ['success', 'Passed'],
  failed: ['error', 'Failed'],
  none: ['stopped', 'No gate'],
  unreported: ['pending', 'No report yet'],
} as const;

export type GateState = keyof typeof SHOWN;

type Gated = Pick<ListedProduct, 'security_gate_passed' | 'observation_counts_updated'>;

/** A product's gate. One with no counts yet has passed nothing. */
export const gateStateOf = ({ security_gate_passed, observation_counts_updated }: Gated): GateState => {
  if (security_gate_passed === null) return 'none';
  if (observation_counts_updated === null) return 'unreported';
  return security_gate_passed ? 'passed' : 'failed';
};

/** A gate's state, in color and words. */
export const GateIndicator = ({ state }: { readonly state: GateState }) => {
  const [type, text] = SHOWN[state];
  return <Status type={type}>{text}</Status>;
};
