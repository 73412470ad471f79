import { expect, test } from 'vitest';
import { staleSince } from '../../../web/src/gate/stale-since.ts';

const created = '2026-11-20T10:00:00.000Z';
const reported = { created, observation_counts_updated: '2026-11-24T10:00:00.000Z', report_expected_hours: 24 };
const at = (iso: string) => Date.parse(iso);

test('a report is overdue from the hour at which it was expected', () => {
  expect(staleSince(reported, at('2026-11-25T09:59:59.999Z'))).toBeNull();
  expect(staleSince(reported, at('2026-11-27T00:00:00Z'))).toBe('2026-11-25T10:00:00.000Z');
});

test('none is overdue where none is expected', () => {
  expect(staleSince({ ...reported, report_expected_hours: null }, at('2027-11-25T00:00:00Z'))).toBeNull();
});

test('the first one is overdue some hours after the creation', () => {
  const silent = { ...reported, observation_counts_updated: null };
  expect(staleSince(silent, at('2026-11-21T09:59:59Z'))).toBeNull();
  expect(staleSince(silent, at('2026-11-22T00:00:00Z'))).toBe('2026-11-21T10:00:00.000Z');
});
