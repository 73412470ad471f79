import * as z from 'zod/mini';
import { observationCountsSchema } from '../gates/severity.ts';
import type { Product } from './model.ts';

/** An entry of a product's history: a report of counts, or a change of its gate without a report. */
export const historyEntrySchema = z.object({
  /** The version of the product that it is from. */
  version: z.int(),
  /** ISO 8601. */
  created: z.string(),
  type: z.enum(['report', 'gate_change']),
  observation_counts: observationCountsSchema,
  security_gate_passed: z.nullable(z.boolean()),
  /** The notification of the gate change; null if the gate didn't change. */
  notification_id: z.nullable(z.string()),
  /** Who reported the counts or changed the gate. */
  user: z.string(),
  /** The commit and the pipeline run that a report names. */
  commit: z.nullable(z.string()),
  run_url: z.nullable(z.string()),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** How long an entry is stored. */
export const HISTORY_DAYS = 400;

/**
 * The entry of a write; null if it is neither a report nor a change of the gate. `before`: null if the product is new, or its
 * old image can't be read. The same images always give the same entry.
 */
export const historyEntry = (before: Product | null, after: Product): HistoryEntry | null => {
  const reported = after.observation_counts_version === after.version ? after.observation_counts_updated : null;
  const isReport = reported !== null;
  const isGateChange = before !== null && before.security_gate_passed !== after.security_gate_passed;
  if (!isReport && !isGateChange) return null;
  return {
    version: after.version,
    created: reported ?? after.updated,
    type: isReport ? 'report' : 'gate_change',
    observation_counts: after.observation_counts,
    security_gate_passed: after.security_gate_passed,
    notification_id: isGateChange ? after.gate_notification_id : null,
    user: after.updated_by,
    commit: isReport ? after.observation_counts_commit : null,
    run_url: isReport ? after.observation_counts_run_url : null,
  };
};

/** The position of an entry among those of its product: by time, then by version. */
export const positionOf = ({ created, version }: HistoryEntry): string =>
  `${created}#${String(version).padStart(10, '0')}`;

/** The parts of a day or an hour, in UTC, of which a thinned history has the last entry. */
export const intervalSchema = z.enum(['hour', 'day']);
export type Interval = z.infer<typeof intervalSchema>;

const LENGTH = { hour: '2026-11-24T10'.length, day: '2026-11-24'.length } as const satisfies Record<Interval, number>;

/** The hour or the day of an entry or a position. */
const intervalOf = (text: string, interval: Interval): string => text.slice(0, LENGTH[interval]);

/** An entry with its position. */
export type Positioned = { readonly position: string; readonly entry: HistoryEntry };

/**
 * Entries, newest first, without all but the newest of each hour or day; gate changes stay. `after`: the position that they
 * begin after, or null.
 */
export const thinned = (
  entries: readonly Positioned[],
  { interval, after }: { readonly interval: Interval | null; readonly after: string | null },
): readonly Positioned[] => {
  if (interval === null) return entries;
  let newer = after === null ? null : intervalOf(after, interval);
  return entries.filter(({ position, entry }) => {
    const own = intervalOf(position, interval);
    const isNewest = own !== newer;
    newer = own;
    return isNewest || entry.notification_id !== null;
  });
};
