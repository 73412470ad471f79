import { describe, expect, it } from 'vitest';
import type { Retried, Target } from '../../../web/src/api/answers.ts';
import { FIRST_RANGE, queuedText, RANGES, sinceOf } from '../../../web/src/operations/ranges.ts';
import { retryAll } from '../../../web/src/operations/retry-all.ts';
import {
  byAttention,
  kindOf,
  waitingSentence,
  waitingText,
  wordsOf,
} from '../../../web/src/operations/target-state.ts';

const NOW = Date.parse('2026-11-29T10:00:00Z');
const SOON = '2026-11-29T10:00:10.000Z';
const LATER = '2026-11-29T11:00:00.000Z';
const EARLIER = '2026-11-29T09:00:00.000Z';

const target = (fields: Partial<Target> = {}): Target => ({
  id: 'slack-1',
  channel: 'slack',
  target: 'hooks.slack.com #1',
  state: 'ready',
  next_send_at: null,
  wait_reason: null,
  failures: 0,
  last_error: null,
  last_sent_at: null,
  waiting: 0,
  first_due_at: null,
  paused_at: null,
  paused_by: null,
  ...fields,
});
const waits = (wait_reason: Target['wait_reason'], fields: Partial<Target> = {}) =>
  target({ state: 'waiting', wait_reason, next_send_at: SOON, waiting: 2, first_due_at: EARLIER, ...fields });

describe('the state of a target in words', () => {
  it.each([
    ['idle', target(), 'success', 'Ready', null],
    ['idle after a failure', target({ last_error: 'no_service' }), 'warning', 'Ready; the last message failed', null],
    ['being sent to', target({ state: 'sending', waiting: 3 }), 'in-progress', 'Sending', null],
    ['about to be sent to', target({ waiting: 1, first_due_at: EARLIER }), 'in-progress', 'Next message is due', null],
    ['held by a schedule', target({ waiting: 1, first_due_at: LATER }), 'pending', 'Next message at', LATER],
    ['within its interval', waits('interval'), 'pending', 'Next message at', SOON],
    ['held for longer', waits('interval', { first_due_at: LATER }), 'pending', 'Next message at', LATER],
    ['within its interval, without messages', waits('interval', { waiting: 0 }), 'success', 'Ready again at', SOON],
    ['throttled', waits('throttled'), 'warning', 'Throttled until', SOON],
    ['failing', waits('failing'), 'error', 'Failing: retries at', SOON],
    ['held by the account', waits('account_rate'), 'pending', "Waits for the account's send rate until", SOON],
    [
      'paused',
      target({ state: 'paused', paused_at: EARLIER, paused_by: 'alice' }),
      'stopped',
      'Paused by alice since',
      EARLIER,
    ],
  ] as const)('%s', (_, shown, sign, text, at) => {
    expect(wordsOf(shown, NOW)).toEqual({ sign, text, at });
  });
});

describe('targets on a page', () => {
  const ALL = [
    target({ id: 'ready b', target: 'b' }),
    target({ id: 'ready, last failed', target: 'c', last_error: 'no_service' }),
    target({ id: 'ready a10', target: 'a10' }),
    target({ id: 'ready a9', target: 'a9' }),
    waits('interval', { id: 'two wait' }),
    waits('interval', { id: 'nine wait', waiting: 9 }),
    waits('throttled', { id: 'throttled', failures: 1 }),
    target({ id: 'paused', state: 'paused', failures: 4, waiting: 100 }),
    waits('failing', { id: 'failing', failures: 4 }),
  ];

  it('come in the order in which they need attention', () => {
    expect(byAttention(ALL).map(({ id }) => id)).toEqual([
      'failing',
      'paused',
      'throttled',
      'nine wait',
      'two wait',
      'ready, last failed',
      'ready a9',
      'ready a10',
      'ready b',
    ]);
  });

  it('are selected by the state that matters most', () => {
    expect(ALL.map(kindOf)).toEqual([
      ...['ready', 'ready', 'ready', 'ready', 'waiting', 'waiting'],
      ...['throttled', 'paused', 'failing'],
    ]);
  });
});

it('what waits is counted up to a hundred', () => {
  expect([0, 1, 99, 100].map((waiting) => waitingText({ waiting }))).toEqual(['0', '1', '99', '100+']);
  expect([0, 1, 100].map((waiting) => waitingSentence({ waiting }))).toEqual([
    'No deliveries wait for it.',
    '1 delivery waits for it.',
    '100+ deliveries wait for it.',
  ]);
});

it('a range begins so long ago, or with the first moment', () => {
  expect(sinceOf(FIRST_RANGE, NOW)).toBe('2026-11-22T10:00:00.000Z');
  expect(RANGES.map((range) => sinceOf(range, NOW))).toEqual([
    '2026-11-29T09:00:00.000Z',
    '2026-11-28T10:00:00.000Z',
    '2026-11-22T10:00:00.000Z',
    '1970-01-01T00:00:00.000Z',
  ]);
});

it('all failed deliveries are sent again part by part, with the number so far', async () => {
  const parts: Retried[] = [
    { queued: 1_000, next: 'c1' },
    { queued: 1_000, next: 'c2' },
    { queued: 3, next: null },
  ];
  const cursors: (string | null)[] = [];
  const sendPart = async (cursor: string | null): Promise<Retried> => {
    cursors.push(cursor);
    return parts[cursors.length - 1] ?? { queued: 0, next: null };
  };
  const progress: number[] = [];
  expect(await retryAll(sendPart, (queued) => progress.push(queued))).toBe(2_003);
  expect(progress).toEqual([1_000, 2_000, 2_003]);
  expect(cursors).toEqual([null, 'c1', 'c2']);
  expect([0, 1, 2_003].map(queuedText)).toEqual([
    'No failed delivery is left in this time range.',
    '1 delivery queued to be sent again.',
    '2,003 deliveries queued to be sent again.',
  ]);
});
