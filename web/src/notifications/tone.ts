import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { ListedNotification } from '../api/answers.ts';

const GATE_TONES = { passed: 'success', failed: 'error', none: 'stopped' } as const;

/** The sign of a notification: how the gate is now, or that something went wrong, or is over. */
export const toneOf = ({ to, resolved }: Pick<ListedNotification, 'to' | 'resolved'>): StatusIndicatorProps.Type => {
  if (to !== null) return GATE_TONES[to];
  return resolved ? 'success' : 'warning';
};
