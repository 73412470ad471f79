import { describe, expect, it } from 'vitest';
import {
  attempted,
  bounced,
  failed,
  rescheduled,
  restarted,
  retargeted,
  sent,
  skipped,
  toRetry,
  toSendAlone,
} from '../../../core/deliveries/lifecycle.ts';
import { type Delivery, isRetryable } from '../../../core/deliveries/model.ts';
import type { Target } from '../../../core/targets/model.ts';
import { dueLater, inSeconds, NOW, someDelivery, withoutSender } from './some-delivery.ts';

const ENDED = { settled_at: NOW.toISOString(), is_in_doubt: false };
const REMOVED = { kind: 'skipped', code: 'target_removed', reason: 'Removed' } as const;
const TOLD = { messageId: 'm1', confirmation: 'posted', now: NOW } as const;
const HOUR = 3_600;

const retry = (of: Delivery, isUnknown = false, tries = 9): Delivery =>
  toRetry(of, { messageId: 'm1', reason: '500', isUnknown, tries, now: NOW });

const WEBHOOK: Target = {
  delivery_id: 'slack',
  source: 'product',
  destination: { kind: 'bus', channel: 'eventbridge', bus: 'events' },
  shown: 'events',
  key: 'other',
};

/** In the middle of its life: tried twice, and in doubt about the message. */
const TRIED: Partial<Delivery> = {
  status: 'retrying',
  attempts: 2,
  message_id: 'm0',
  is_in_doubt: true,
  last_error: '500',
};

type Row = readonly [what: string, change: (of: Delivery) => Delivery, after: Partial<Delivery>];

const TABLE: readonly Row[] = [
  ['an attempt counts', attempted, { attempts: 3 }],
  [
    'sent',
    (of) => sent(of, TOLD),
    { status: 'sent', last_error: null, message_id: 'm1', confirmation: 'posted', ...ENDED },
  ],
  ['failed', (of) => failed(of, '404', NOW), { status: 'failed', attempts: 2, last_error: '404', ...ENDED }],
  [
    'skipped, which is no attempt',
    (of) => skipped(of, REMOVED, NOW),
    { status: 'skipped', attempts: 2, reason_code: 'target_removed', last_error: 'Removed', ...ENDED },
  ],
  [
    'to retry',
    (of) => retry(of),
    { status: 'retrying', attempts: 2, last_error: '500', message_id: 'm1', settled_at: null },
  ],
  ['to retry, as the message may have arrived', (of) => retry(of, true), { status: 'retrying', is_in_doubt: true }],
  [
    'to send alone, which repeats no message: what is known of its gate stays in doubt',
    (of) => toSendAlone(of, { reason: 'invalid_blocks', now: NOW }),
    { status: 'retrying', is_alone: true, is_in_doubt: true, message_id: null, last_error: 'invalid_blocks' },
  ],
  [
    'given another time',
    (of) => rescheduled(of, { due_at: inSeconds(600), due_reason: 'mute' }, NOW),
    { status: 'retrying', due_at: inSeconds(600), due_reason: 'mute', is_in_doubt: true },
  ],
  [
    'given another target, where no message is repeated: what is known of its gate stays in doubt',
    (of) => retargeted(of, WEBHOOK, NOW),
    { target: 'events', target_key: 'other', message_id: null, is_in_doubt: true, status: 'retrying' },
  ],
];

it('an exception is not in doubt at another target', () => {
  const event = { kind: 'exception', subject: 'n1', count: 1 } as const;
  expect(retargeted(someDelivery({ ...TRIED, event }), WEBHOOK, NOW)).toMatchObject({ is_in_doubt: false });
});

describe('a delivery', () => {
  it.each(TABLE)('%s', (_, change, after) => {
    expect(change(someDelivery(TRIED))).toMatchObject(after);
  });

  it.each(TABLE.slice(1))('%s: is another version of it, changed now', (_, change) => {
    const before = someDelivery({ ...TRIED, updated: inSeconds(-60) });
    expect(change(before)).toMatchObject({ version: before.version + 1, updated: NOW.toISOString() });
  });

  it.each([
    ['answers that it failed', false, false, false],
    ['does not answer', false, true, true],
    ['answers that it failed, after a try without an answer', true, false, true],
  ])('whose target %s is in doubt: %s → %s', (_, is_in_doubt, isUnknown, expected) => {
    expect(retry(someDelivery({ is_in_doubt }), isUnknown).is_in_doubt).toBe(expected);
  });

  it.each([
    ['that failed: no message is to be repeated', false, null],
    ['without an answer: that one is', true, 'm1'],
  ])('what is known of its gate stays in doubt over a message %s', (_, isUnknown, message_id) => {
    const open = someDelivery({ is_in_doubt: true, message_id: null });
    expect(retry(open, isUnknown)).toMatchObject({ is_in_doubt: true, message_id });
  });

  it.each([
    ['just before 18 hours', 18 * HOUR - 1, false, 'retrying'],
    ['after 18 hours', 18 * HOUR, false, 'failed'],
    ['after 18 hours, even if it may have arrived', 18 * HOUR, true, 'failed'],
  ])('that fails %s is %s', (_, ageSeconds, isUnknown, status) => {
    const after = retry(someDelivery({ due_at: inSeconds(-ageSeconds) }), isUnknown);
    expect(after).toMatchObject({ status, last_error: '500', message_id: 'm1' });
  });

  it.each([
    [8, 1, 'retrying'],
    [9, 0, 'failed'],
    [1, 9, 'failed'],
  ])('whose time was long ago, after %i failures of its target and %i attempts: %s', (tries, attempts, status) => {
    expect(retry(someDelivery({ due_at: inSeconds(-20 * HOUR), attempts }), false, tries).status).toBe(status);
  });

  it('is given up 18 hours after it became due, however long it was muted before', () => {
    const of = someDelivery({ created: inSeconds(-400 * HOUR), due_at: inSeconds(-HOUR), due_reason: 'mute' });
    expect(retry(of).status).toBe('retrying');
  });

  it('quotes no URL in its error, and cuts it', () => {
    const { last_error } = failed(someDelivery(), `at https://example.org/x\n${'x'.repeat(900)}`, NOW);
    expect(last_error).toMatch(/^at \[link\] x+…$/);
    expect(last_error).toHaveLength(500);
  });
});

describe('the beginning', () => {
  it('is skipped at once without a sender', () => {
    expect(withoutSender()).toMatchObject({ status: 'skipped', reason_code: 'no_sender', attempts: 0, ...ENDED });
  });

  it('is due when the route says, and why', () => {
    const due = { due_at: inSeconds(3_600), due_reason: 'schedule' } as const;
    expect(dueLater(due)).toMatchObject({ status: 'pending', ...due, message_id: null, version: 1 });
  });
});

describe('a late end', () => {
  it('is failed where a sent email comes back', () => {
    const delivery = sent(attempted(someDelivery()), TOLD);
    expect(bounced(delivery, 'Bounced', NOW)).toMatchObject({
      status: 'failed',
      last_error: 'Bounced',
      attempts: 1,
      confirmation: 'bounced',
      message_id: 'm1',
    });
  });
});

describe('sending again', () => {
  it('starts a delivery that ended with new attempts, due at once', () => {
    const over = someDelivery({
      status: 'failed',
      attempts: 9,
      reason_code: 'no_sender',
      confirmation: 'bounced',
      is_alone: true,
      due_at: inSeconds(-90_000),
      due_reason: 'schedule',
      settled_at: inSeconds(-60),
    });
    expect(restarted(over, NOW)).toMatchObject({
      status: 'retrying',
      attempts: 0,
      reason_code: null,
      confirmation: null,
      is_alone: false,
      due_at: NOW.toISOString(),
      due_reason: null,
      settled_at: null,
      version: over.version + 1,
    });
  });

  it.each([
    ['pending', null, false],
    ['retrying', null, false],
    ['sent', null, false],
    ['failed', null, true],
    ['skipped', 'no_sender', true],
    ['skipped', 'target_removed', true],
    ['skipped', 'address_gone', true],
    ['skipped', 'superseded', false],
    ['skipped', 'back_to_told_state', false],
    ['skipped', 'failure_not_sent', false],
  ] as const)('a delivery that is %s (%s): %s', (status, reason_code, may) => {
    expect(isRetryable(someDelivery({ status, reason_code }))).toBe(may);
  });
});
