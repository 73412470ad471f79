import type { ListedProduct } from '../api/answers.ts';

const HOUR_MS = 3_600_000;

type Expecting = Pick<ListedProduct, 'report_expected_hours' | 'observation_counts_updated' | 'created'>;

/**
 * Since when a product's report of counts is overdue (ISO 8601); null if it isn't, or if the product expects none. Before the first
 * report, the time counts from the product's creation.
 */
export const staleSince = (
  { report_expected_hours: hours, observation_counts_updated: updated, created }: Expecting,
  nowMs: number,
): string | null => {
  if (hours === null) return null;
  const dueMs = Date.parse(updated ?? created) + hours * HOUR_MS;
  return dueMs <= nowMs ? new Date(dueMs).toISOString() : null;
};
