import { expect, test } from 'vitest';
import type { Delivery } from '../../../web/src/api/answers.ts';
import { inOrder, summaryOf } from '../../../web/src/notifications/delivery-order.ts';

const delivery = (status: Delivery['status'], target: string, channel: Delivery['channel'] = 'email'): Delivery => ({
  delivery_id: `${channel}-${target}`,
  channel,
  target,
  status,
  attempts: 1,
  last_error: null,
  updated: '2026-11-24T10:00:02.000Z',
  reason_code: null,
  message_id: null,
  confirmation: null,
  due_at: null,
  due_reason: null,
  retryable: false,
});

const ALL = [
  delivery('sent', 'p10@example.org'),
  delivery('skipped', 'x@example.org'),
  delivery('sent', 'p9@example.org'),
  delivery('failed', 'hooks.slack.com', 'slack'),
  delivery('pending', 'y@example.org'),
  delivery('failed', 'z@example.org'),
  delivery('retrying', 'a@example.org'),
];

test('deliveries that failed come first, then those under way, then by channel and target', () => {
  expect(inOrder(ALL).map(({ target }) => target)).toEqual([
    'z@example.org',
    'hooks.slack.com',
    'a@example.org',
    'y@example.org',
    'x@example.org',
    'p9@example.org',
    'p10@example.org',
  ]);
});

test('a summary counts them by status', () => {
  expect(summaryOf(ALL)).toBe('2 failed · 1 trying again · 1 pending · 1 skipped · 2 sent');
  expect(summaryOf([])).toBe('');
});
