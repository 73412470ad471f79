import * as z from 'zod/mini';
import { observationCountsSchema, SEVERITIES } from '../gates/severity.ts';
import { isMuted } from '../targets/mute.ts';
import type { Product } from './model.ts';

/** What a write changed beside the counts. */
const historyChangeSchema = z.discriminatedUnion('kind', [
  /** The product's own gate fields. `active` as `security_gate_active`. */
  z.object({ kind: z.literal('own_gate'), active: z.nullable(z.boolean()) }),
  /** The default gate in the settings, while the product had it. */
  z.object({ kind: z.literal('default_gate') }),
  /** A channel, or all of them (`all`). */
  z.object({ kind: z.literal('muted'), channel: z.string(), until: z.string(), reason: z.string() }),
  /** A mute that ended early. */
  z.object({ kind: z.literal('unmuted'), channel: z.string() }),
  /** A mute whose time is over. */
  z.object({ kind: z.literal('mute_ended'), channel: z.string() }),
]);

export type HistoryChange = z.infer<typeof historyChangeSchema>;

/** An entry of a product's history: a report of counts, or a change of its gate, its thresholds, or mutes. */
export const historyEntrySchema = z.object({
  /** The version that the product had by then. */
  version: z.int(),
  /** ISO 8601. */
  created: z.string(),
  type: z.enum(['report', 'change']),
  /** What changed; none for a report, and for a gate that was recalculated with a changed default gate. */
  changes: z.array(historyChangeSchema),
  observation_counts: observationCountsSchema,
  security_gate_passed: z.nullable(z.boolean()),
  /** The notification of the gate change; null if the gate didn't change. */
  notification_id: z.nullable(z.string()),
  /** Who reported the counts or made the changes; empty for a mute whose time is over. */
  user: z.string(),
  /** The commit and the pipeline run that a report names. */
  commit: z.nullable(z.string()),
  run_url: z.nullable(z.string()),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** An entry as it is stored: with what marks follow from until the next one. */
export const storedEntrySchema = z.extend(historyEntrySchema, {
  /** Whether changes of the default gate don't concern the product. */
  has_own_gate: z.exactOptional(z.boolean()),
  /** Until when its mutes last, by channel. */
  muted_until: z.exactOptional(z.record(z.string(), z.string())),
});

export type StoredEntry = z.infer<typeof storedEntrySchema>;

/** How long an entry is stored. */
export const HISTORY_DAYS = 400;

/** When an entry expires, in seconds since the epoch. */
export const expiryOf = (created: string): number => Math.ceil(Date.parse(created) / 1_000) + HISTORY_DAYS * 86_400;

const isOwnGateChanged = (before: Product, after: Product): boolean =>
  before.security_gate_active !== after.security_gate_active ||
  (after.security_gate_active === true &&
    SEVERITIES.some(
      (severity) => before[`security_gate_threshold_${severity}`] !== after[`security_gate_threshold_${severity}`],
    ));

const mutesSet = (before: Product, after: Product): HistoryChange[] => {
  const known = new Map(Object.entries(before.mutes));
  return Object.entries(after.mutes).flatMap(([channel, { until, reason, since }]) =>
    known.get(channel)?.since === since ? [] : [{ kind: 'muted', channel, until, reason }],
  );
};

/** A mute whose time is over ended by itself. */
const mutesEndedEarly = (before: Product, after: Product): HistoryChange[] => {
  const left = new Set(Object.keys(after.mutes));
  return Object.entries(before.mutes).flatMap(([channel, mute]) =>
    left.has(channel) || !isMuted(mute, new Date(after.updated)) ? [] : [{ kind: 'unmuted', channel }],
  );
};

/** What a write changed that is no report. */
const changesBetween = (before: Product, after: Product): HistoryChange[] => [
  ...(isOwnGateChanged(before, after) ? [{ kind: 'own_gate', active: after.security_gate_active } as const] : []),
  ...mutesSet(before, after),
  ...mutesEndedEarly(before, after),
];

/** What marks follow from until the next entry. Left out where there is nothing. */
const stateOf = ({ security_gate_active, mutes }: Product, created: string) => {
  const active = Object.entries(mutes).filter(([, mute]) => isMuted(mute, new Date(created)));
  return {
    ...(security_gate_active !== null && { has_own_gate: true }),
    ...(active.length > 0 && {
      muted_until: Object.fromEntries(active.map(([channel, { until }]) => [channel, until])),
    }),
  };
};

/**
 * The entry of a write; null if it is neither a report nor a change of the gate, its thresholds, or mutes. `before`: null if the
 * product is new, or its old image can't be read. The same images always give the same entry.
 */
export const historyEntry = (before: Product | null, after: Product): StoredEntry | null => {
  const reported = after.observation_counts_version === after.version ? after.observation_counts_updated : null;
  const isReport = reported !== null;
  const isGateChange = before !== null && before.security_gate_passed !== after.security_gate_passed;
  const changes = isReport || before === null ? [] : changesBetween(before, after);
  // Before the first report, there is no history that a change could explain.
  const isShown = changes.length > 0 && after.observation_counts_updated !== null;
  if (!isReport && !isGateChange && !isShown) return null;
  const created = reported ?? after.updated;
  return {
    version: after.version,
    created,
    type: isReport ? 'report' : 'change',
    changes,
    observation_counts: after.observation_counts,
    security_gate_passed: after.security_gate_passed,
    notification_id: isGateChange ? after.gate_notification_id : null,
    user: after.updated_by,
    commit: isReport ? after.observation_counts_commit : null,
    run_url: isReport ? after.observation_counts_run_url : null,
    ...stateOf(after, created),
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
export type Positioned = { readonly position: string; readonly entry: StoredEntry };

/** The time (ISO 8601) in a position. */
export const timeOfPosition = (position: string): string => position.split('#')[0] ?? position;

/** Whether an entry is stored at a position. Marks, which follow from stored ones, have a part more. */
const isStored = (position: string): boolean => position.split('#').length === 2;

/**
 * Entries, newest first, without all but the newest of each hour or day; changes stay, and what marks follow from. `after`:
 * the position that they begin after, or null.
 */
export const thinned = (
  entries: readonly Positioned[],
  { interval, after }: { readonly interval: Interval | null; readonly after: string | null },
): readonly Positioned[] => {
  if (interval === null) return entries;
  let newer = after !== null && isStored(after) ? intervalOf(after, interval) : null;
  return entries.filter(({ position, entry }) => {
    const own = intervalOf(position, interval);
    const isNewest = own !== newer;
    newer = isStored(position) ? own : null;
    return isNewest || entry.notification_id !== null || entry.changes.length > 0;
  });
};
