import type { Product } from '../api/answers.ts';
import { SEVERITIES, SEVERITY_KEYS } from './severities.ts';

const NUMBER = new Intl.NumberFormat('en');

/** "3 Critical · 12 High". */
export const countText = (counts: Product['observation_counts']): string => {
  const counted = SEVERITY_KEYS.filter((severity) => counts[severity] > 0);
  if (counted.length === 0) return 'No findings';
  return counted.map((severity) => `${NUMBER.format(counts[severity])} ${SEVERITIES[severity]}`).join(' · ');
};
