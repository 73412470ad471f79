import type { Product } from '../api/answers.ts';
import { formatNumber } from '../frame/number.ts';
import { SEVERITIES, SEVERITY_KEYS } from './severities.ts';

/** "3 Critical · 12 High". */
export const countText = (counts: Product['observation_counts']): string => {
  const counted = SEVERITY_KEYS.filter((severity) => counts[severity] > 0);
  if (counted.length === 0) return 'No findings';
  return counted.map((severity) => `${formatNumber(counts[severity])} ${SEVERITIES[severity]}`).join(' · ');
};
