import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../core/deliveries/model.ts';
import { isRetryable, nextStep } from '../../../core/deliveries/next-step.ts';
import { inSeconds, NOW, someDelivery } from './some-delivery.ts';

type Row = readonly [delivery: string, fields: Partial<Delivery>, retryOf: string | null, step: object];

const DUE = { kind: 'due' };
const SETTLED = { kind: 'settled' };
const FAILED = { kind: 'failed' };
const waiting = (seconds: number) => ({ kind: 'waiting', seconds });
const ENDED = inSeconds(-600);

const TABLE: readonly Row[] = [
  ['pending', {}, null, DUE],
  ['pending, leased for 30 s', { lease_until: inSeconds(30) }, null, waiting(31)],
  ['pending, its lease over', { lease_until: inSeconds(-1) }, null, DUE],
  ['retrying, due in 5 min', { status: 'retrying', next_attempt_at: inSeconds(300) }, null, waiting(300)],
  ['retrying, due now', { status: 'retrying', next_attempt_at: inSeconds(0) }, null, DUE],
  ['retrying, due within a second', { status: 'retrying', next_attempt_at: inSeconds(1) }, null, DUE],
  ['retrying, put off for a year', { status: 'retrying', next_attempt_at: inSeconds(31_536_000) }, null, DUE],
  ['sent', { status: 'sent', settled_at: ENDED }, null, SETTLED],
  ['sent, asked for again', { status: 'sent', settled_at: ENDED }, ENDED, SETTLED],
  ['failed, its letter not sent', { status: 'failed', settled_at: ENDED }, null, FAILED],
  ['failed just now, its letter not sent', { status: 'failed', settled_at: inSeconds(-20) }, null, waiting(70)],
  ['failed, its letter sent', { status: 'failed', settled_at: ENDED, is_dead_lettered: true }, null, SETTLED],
  ['failed, sent again', { status: 'failed', settled_at: ENDED, is_dead_lettered: true }, ENDED, DUE],
  [
    'failed, an earlier failure sent again',
    { status: 'failed', settled_at: ENDED, is_dead_lettered: true },
    inSeconds(-900),
    SETTLED,
  ],
  ['failed in the future', { status: 'failed', settled_at: inSeconds(3_600) }, null, FAILED],
  ['skipped', { status: 'skipped', settled_at: ENDED }, null, SETTLED],
  ['skipped, sent again', { status: 'skipped', settled_at: ENDED }, ENDED, DUE],
];

describe('the next step of a delivery', () => {
  it.each(TABLE)('%s', (_, fields, retryOf, step) => {
    expect(nextStep(someDelivery(fields), retryOf, NOW)).toEqual(step);
  });

  it('shortens a lease that no right clock can have given', () => {
    const delivery = someDelivery({ lease_until: inSeconds(86_400) });
    expect(nextStep(delivery, null, NOW)).toEqual({
      kind: 'waiting',
      seconds: 91,
      bounded: { ...delivery, lease_until: inSeconds(90) },
    });
  });
});

describe('sending again', () => {
  it.each([
    ['pending', null, false],
    ['retrying', null, false],
    ['sent', null, false],
    ['failed', null, true],
    ['skipped', 'no_sender', true],
    ['skipped', 'target_removed', true],
    ['skipped', 'superseded', false],
  ] as const)('a delivery that is %s (%s): %s', (status, reason_code, may) => {
    expect(isRetryable(someDelivery({ status, reason_code }))).toBe(may);
  });
});
