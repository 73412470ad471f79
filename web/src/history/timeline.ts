import type { HistoryEntry } from '../api/answers.ts';

/** A stretch of time in milliseconds since the epoch. */
export type Range = { readonly fromMs: number; readonly toMs: number };

type Gate = 'passed' | 'failed' | 'none';

/** A stretch in which the gate stayed the same. */
type Stretch = Range & { readonly state: Gate };

/** The gate of an entry. */
export const gateOf = ({ security_gate_passed: passed }: HistoryEntry): Gate => {
  if (passed === null) return 'none';
  return passed ? 'passed' : 'failed';
};

/** Identifies an entry: a version can have several, as what happens without a write has one, too. */
export const keyOf = ({ version, created, changes }: HistoryEntry): string =>
  [version, created, ...changes.map(({ kind }) => kind)].join(' ');

/** The gate over time, from the first entry (oldest first) to the end of the range. Before it, the gate isn't known. */
export const gateStretches = (entries: readonly HistoryEntry[], { fromMs, toMs }: Range): readonly Stretch[] => {
  const stretches: Stretch[] = [];
  for (const [position, entry] of entries.entries()) {
    const next = entries[position + 1];
    const stretch = {
      fromMs: Math.max(fromMs, Date.parse(entry.created)),
      toMs: next === undefined ? toMs : Date.parse(next.created),
      state: gateOf(entry),
    };
    const before = stretches.at(-1);
    if (before !== undefined && before.state === stretch.state)
      stretches[stretches.length - 1] = { ...before, toMs: stretch.toMs };
    else stretches.push(stretch);
  }
  return stretches;
};

/** The position of a time in a range, in percent. */
export const percentAt = (timeMs: number, { fromMs, toMs }: Range): number =>
  Math.min(100, Math.max(0, (100 * (timeMs - fromMs)) / (toMs - fromMs)));
