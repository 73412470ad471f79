import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../../web/src/api/answers.ts';
import { gateStretches, percentAt } from '../../../web/src/history/timeline.ts';

const HOUR_MS = 3_600_000;
const RANGE = { fromMs: 0, toMs: 10 * HOUR_MS };

const entryAt = (hour: number, security_gate_passed: boolean | null): HistoryEntry => ({
  version: hour,
  created: new Date(hour * HOUR_MS).toISOString(),
  type: 'report',
  changes: [],
  observation_counts: { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 },
  security_gate_passed,
  notification_id: null,
  user: 'ci',
  commit: null,
  run_url: null,
});

const stretch = (from: number, to: number, state: string) => ({ fromMs: from * HOUR_MS, toMs: to * HOUR_MS, state });

describe('the gate over time', () => {
  it('has a stretch from the first entry to the end of the range, and one more for each change', () => {
    const entries = [entryAt(2, true), entryAt(3, true), entryAt(5, false), entryAt(8, null)];
    expect(gateStretches(entries, RANGE)).toEqual([
      stretch(2, 5, 'passed'),
      stretch(5, 8, 'failed'),
      stretch(8, 10, 'none'),
    ]);
    expect(gateStretches([], RANGE)).toEqual([]);
  });

  it('is placed in percent of the range, and not beyond its ends', () => {
    expect([0, 2.5, 10, -1, 11].map((hour) => percentAt(hour * HOUR_MS, RANGE))).toEqual([0, 25, 100, 0, 100]);
  });
});
