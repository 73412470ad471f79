import { expect, it } from 'vitest';
import { eventText } from '../../../web/src/history/event-text.ts';

const until = '2026-11-30T08:00:00.000Z';
const at = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(until));

it.each([
  [[], 'report', 'Report'],
  [[{ kind: 'own_gate', active: true }], 'change', 'Own thresholds set'],
  [[{ kind: 'own_gate', active: false }], 'change', 'Gate disabled'],
  [[{ kind: 'own_gate', active: null }], 'change', 'Default gate set'],
  [[{ kind: 'default_gate' }], 'change', 'Default gate changed'],
  [[{ kind: 'muted', channel: 'all', until, reason: 'Test' }], 'change', `All channels muted until ${at}: Test`],
  [
    [
      { kind: 'own_gate', active: true },
      { kind: 'unmuted', channel: 'slack' },
    ],
    'change',
    'Own thresholds set; Slack unmuted',
  ],
  [[{ kind: 'unmuted', channel: 'pager' }], 'change', 'pager unmuted'],
  [[{ kind: 'mute_ended', channel: 'all' }], 'change', 'All channels: mute ended'],
  [[], 'change', 'Gate recalculated'],
] as const)('an entry of the history says what happened: %j', (changes, type, text) => {
  expect(eventText({ type, changes: [...changes] })).toBe(text);
});
