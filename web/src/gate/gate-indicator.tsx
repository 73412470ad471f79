import StatusIndicator from '@cloudscape-design/components/status-indicator';

const SHOWN = {
  passed: ['success', 'Passed'],
  failed: ['error', 'Failed'],
  none: ['stopped', 'No gate'],
} as const;

export type GateState = keyof typeof SHOWN;

/** The word for a product's `security_gate_passed`. */
export const gateStateOf = (passed: boolean | null): GateState => {
  if (passed === null) return 'none';
  return passed ? 'passed' : 'failed';
};

/** A gate's state, in color and words. */
export const GateIndicator = ({ state }: { readonly state: GateState }) => {
  const [type, text] = SHOWN[state];
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
};
