import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { ListedNotification } from '../api/answers.ts';

const GATE_TONES = { passed: 'success', failed: 'error', none: 'stopped' } as const;

/** The sign of a notification: how the gate is now, or that something went wrong. */
export const toneOf = ({ to }: Pick<ListedNotification, 'to'>): StatusIndicatorProps.Type =>
  to === null ? 'warning' : GATE_TONES[to];
