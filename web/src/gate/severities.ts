import type { Severity } from '../api/answers.ts';

/** The severities, gravest first, with their labels. */
export const SEVERITIES = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  none: 'None',
  unknown: 'Unknown',
} as const satisfies Record<Severity, string>;

export const SEVERITY_KEYS = ['critical', 'high', 'medium', 'low', 'none', 'unknown'] as const satisfies Severity[];
