import { describe, expect, it } from 'vitest';
import { bounced, claimed, deferred, outcomeBeforeSending, settled } from '../../../core/deliveries/lifecycle.ts';
import type { Delivery, Outcome, Skip } from '../../../core/deliveries/model.ts';
import { MAX_ATTEMPTS, MAX_THROTTLES } from '../../../core/deliveries/retry-schedule.ts';
import { inSeconds, NOW, someDelivery, withoutSender } from './some-delivery.ts';

/** In the middle of the jitter, so that waits are those of the schedule. */
const SETTLING = { now: NOW, random: 0.5 };
const ENDED = { settled_at: NOW.toISOString(), next_attempt_at: null, lease_until: null, sweep_at: null };

const retry = (fields: Partial<Extract<Outcome, { kind: 'retry' }>> = {}): Outcome => ({
  kind: 'retry',
  afterSeconds: null,
  reason: '500',
  burnsAttempt: true,
  ...fields,
});

type Row = readonly [what: string, tries: Partial<Delivery>, outcome: Outcome | Skip, after: Partial<Delivery>];

const TABLE: readonly Row[] = [
  ['sent', { attempts: 1 }, { kind: 'sent' }, { status: 'sent', attempts: 1, last_error: null, ...ENDED }],
  ['refused', { attempts: 1 }, { kind: 'refused', reason: '404' }, { status: 'failed', last_error: '404', ...ENDED }],
  [
    'skipped: the try does not count',
    { attempts: 1 },
    { kind: 'skipped', code: 'target_removed', reason: 'Removed' },
    { status: 'skipped', attempts: 0, reason_code: 'target_removed', last_error: 'Removed', ...ENDED },
  ],
  ['failed once: after 5 s', { attempts: 1 }, retry(), { status: 'retrying', next_attempt_at: inSeconds(5) }],
  ['failed five times: after half an hour', { attempts: 5 }, retry(), { next_attempt_at: inSeconds(1_800) }],
  ['the target asks for longer', { attempts: 1 }, retry({ afterSeconds: 60 }), { next_attempt_at: inSeconds(60) }],
  ['failed for the last time', { attempts: MAX_ATTEMPTS }, retry(), { status: 'failed', last_error: '500', ...ENDED }],
  [
    'throttled: does not count',
    { attempts: 1, throttles: 2 },
    retry({ burnsAttempt: false, afterSeconds: 30 }),
    { status: 'retrying', attempts: 0, throttles: 3 },
  ],
  [
    'throttled too often: counts',
    { attempts: 1, throttles: MAX_THROTTLES },
    retry({ burnsAttempt: false }),
    { status: 'retrying', attempts: 1, throttles: MAX_THROTTLES },
  ],
];

describe('a claimed delivery after its try', () => {
  it.each(TABLE)('%s', (_, tries, outcome, after) => {
    const claim = { ...someDelivery(tries), claim: 'c1', lease_until: inSeconds(60) };
    const delivery = settled(claim, outcome, SETTLING);
    expect(delivery).toMatchObject({ ...after, claim: 'c1', lease_until: null, updated: NOW.toISOString() });
  });
});

describe('a claim', () => {
  it('counts the try, and takes a lease of 90 s', () => {
    const waiting = someDelivery({ next_attempt_at: inSeconds(-1), has_slot: true, sweeps: 3 });
    expect(claimed(waiting, 'c1', NOW)).toMatchObject({
      status: 'pending',
      claim: 'c1',
      attempts: 1,
      lease_until: inSeconds(90),
      next_attempt_at: null,
      has_slot: false,
      sweeps: 0,
    });
  });

  it('starts one that was over afresh', () => {
    const over = someDelivery({
      status: 'failed',
      attempts: 9,
      throttles: 4,
      is_dead_lettered: true,
      settled_at: inSeconds(-60),
    });
    expect(claimed(over, 'c2', NOW)).toMatchObject({
      status: 'retrying',
      attempts: 1,
      throttles: 0,
      is_dead_lettered: false,
      settled_at: null,
      reason_code: null,
    });
  });

  it('of one that waits for its slot is no try, and no lease', () => {
    const slot = new Date(inSeconds(120));
    expect(deferred(someDelivery({ attempts: 2 }), 'c3', { slot, now: NOW })).toMatchObject({
      attempts: 2,
      lease_until: null,
      next_attempt_at: inSeconds(120),
      has_slot: true,
    });
  });

  it('is given up where every try died with its function', () => {
    expect(outcomeBeforeSending(someDelivery({ attempts: MAX_ATTEMPTS }))).toBeNull();
    expect(outcomeBeforeSending(someDelivery({ attempts: MAX_ATTEMPTS + 1 }))?.kind).toBe('refused');
  });
});

describe('the beginning and a late end', () => {
  it('is skipped at once without a sender', () => {
    expect(withoutSender()).toMatchObject({ status: 'skipped', reason_code: 'no_sender', attempts: 0, ...ENDED });
  });

  it('is failed where a sent mail comes back', () => {
    const sent = settled(claimed(someDelivery(), 'c1', NOW), { kind: 'sent' }, SETTLING);
    expect(bounced(sent, 'Bounced', NOW)).toMatchObject({ status: 'failed', last_error: 'Bounced', attempts: 1 });
  });
});
