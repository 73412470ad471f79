import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../core/deliveries/model.ts';
import {
  afterMessage,
  afterOutcome,
  channelOfTarget,
  readinessOf,
  type TargetRecord,
  targetName,
  targetNameSchema,
} from '../../../core/targets/target-record.ts';
import { at, iso, NOW, someTarget } from './some-target.ts';

const INTERVALS = { webhookSeconds: 10, emailSeconds: 60 };
const YEAR = 365 * 86_400;

describe('the name of a target', () => {
  it.each(['email', 'slack', 'ms_teams', 'webhook', 'eventbridge'] as const)('says its channel: %s', (channel) => {
    const name = targetName(channel, 'abc-123');
    expect(targetNameSchema.parse(name)).toBe(name);
    expect(channelOfTarget(name)).toBe(channel);
  });

  it.each(['', 'slack', 'pager-abc', 'FAN_OUT#3'])('is not %j', (text) => {
    expect(targetNameSchema.safeParse(text).success).toBe(false);
  });
});

const READINESS: readonly (readonly [what: string, record: Partial<TargetRecord>, readiness: object])[] = [
  ['was never sent to', {}, { kind: 'ready' }],
  ['waits', { next_send_at: iso(5), wait_reason: 'throttled' }, { kind: 'waiting', until: at(5), reason: 'throttled' }],
  ['has waited', { next_send_at: iso(0), wait_reason: 'throttled' }, { kind: 'ready' }],
  ['is leased', { lease: 'l', lease_until: iso(90), next_send_at: iso(5) }, { kind: 'leased', until: at(90) }],
  ['was leased by a dispatcher that died', { lease: 'l', lease_until: iso(0) }, { kind: 'ready' }],
  ['is paused', { paused_at: iso(-60), lease_until: iso(90), next_send_at: iso(5) }, { kind: 'paused' }],
  ['was put off by a clock that is a year ahead', { next_send_at: iso(YEAR) }, { kind: 'ready' }],
  ['was leased by a clock that is a year ahead', { lease: 'l', lease_until: iso(YEAR) }, { kind: 'ready' }],
  ['waits for eleven hours, as it asked for', { next_send_at: iso(11 * 3_600) }, { kind: 'waiting' }],
  ['was leased by a clock that is 5 s ahead', { lease: 'l', lease_until: iso(95) }, { kind: 'leased' }],
];

describe('a target', () => {
  it.each(READINESS)('that %s', (_, record, readiness) => {
    expect(readinessOf(someTarget(record), NOW)).toMatchObject(readiness);
  });
});

/** The times in seconds at which a target takes messages, one of which always waits. */
const sendAllTheTime = (record: TargetRecord, seconds: number, start = 0): number[] => {
  const times: number[] = [];
  let state = record;
  for (let second = start; second < start + seconds; ) {
    times.push(second);
    state = { ...state, ...afterMessage(state, { intervals: INTERVALS, now: at(second) }) };
    second = state.next_send_at === null ? second : (Date.parse(state.next_send_at) - NOW.getTime()) / 1_000;
  }
  return times;
};

describe('the interval of a target', () => {
  it.each([
    ['a webhook', someTarget(), [0, 0, 10, 20, 30]],
    ['an address', someTarget({ target: 'email-a', channel: 'email' }), [0, 0, 60, 120, 180]],
  ])('lets %s have two messages at once, then one in an interval', (_, record, times) => {
    expect(sendAllTheTime(record, 3_600).slice(0, 5)).toEqual(times);
  });

  it('lets a webhook have 361 messages in an hour, and no more', () => {
    expect(sendAllTheTime(someTarget(), 3_600)).toHaveLength(361);
  });

  it.each([
    [10, 'one at once', [10, 20, 30]],
    [20, 'two at once', [20, 20, 30]],
    [86_400, 'no more than two at once', [86_400, 86_400, 86_410]],
  ])('lets a webhook have, %i s after two messages, %s', (start, _, times) => {
    const busy = someTarget({ interval_until: iso(20) });
    expect(sendAllTheTime(busy, 60, start).slice(0, times.length)).toEqual(times);
  });

  it('is none of an event bus', () => {
    const bus = someTarget({ target: 'eventbridge-a', channel: 'eventbridge' });
    expect(afterMessage(bus, { intervals: INTERVALS, now: NOW })).toMatchObject({ next_send_at: null });
  });

  it('is forgotten where only a wrong clock can have set it', () => {
    const record = someTarget({ interval_until: iso(YEAR) });
    expect(afterMessage(record, { intervals: INTERVALS, now: NOW })).toEqual({
      interval_until: iso(10),
      next_send_at: null,
      wait_reason: null,
    });
  });
});

const retry = (fields: Partial<Extract<Outcome, { kind: 'retry' }>> = {}): Outcome => ({
  kind: 'retry',
  afterSeconds: null,
  reason: '503',
  burnsAttempt: true,
  ...fields,
});

const BUSY = { interval_until: iso(10) };

type Row = readonly [what: string, before: Partial<TargetRecord>, outcome: Outcome, after: Partial<TargetRecord>];

const OUTCOMES: readonly Row[] = [
  [
    'that took a message has no failures any more',
    { failures: 3, last_error: '503' },
    { kind: 'sent' },
    { failures: 0, last_error: null, last_sent_at: iso(0), next_send_at: null, interval_until: iso(10) },
  ],
  [
    'that took two',
    BUSY,
    { kind: 'sent' },
    { next_send_at: iso(10), wait_reason: 'interval', interval_until: iso(20) },
  ],
  [
    'that refused one is not failing',
    { failures: 2 },
    { kind: 'refused', reason: '400' },
    { failures: 0, last_error: '400', last_sent_at: null, next_send_at: null },
  ],
  [
    'that failed once waits for 5 s',
    {},
    retry(),
    { failures: 1, last_error: '503', next_send_at: iso(5), wait_reason: 'failing', interval_until: iso(10) },
  ],
  ['that failed four times', { failures: 3 }, retry(), { failures: 4, next_send_at: iso(600), wait_reason: 'failing' }],
  [
    'that throttles waits as long as it says',
    {},
    retry({ burnsAttempt: false, afterSeconds: 77 }),
    { failures: 1, next_send_at: iso(77), wait_reason: 'throttled' },
  ],
  [
    'that asks for a day waits for eleven hours',
    {},
    retry({ burnsAttempt: false, afterSeconds: 86_400 }),
    { next_send_at: iso(39_600), wait_reason: 'throttled' },
  ],
  [
    'that asks for less than its interval gets its interval: what failed may have arrived',
    BUSY,
    retry({ burnsAttempt: false, afterSeconds: 2 }),
    { failures: 1, last_error: '503', next_send_at: iso(10), wait_reason: 'interval' },
  ],
];

describe('a target after a message', () => {
  it.each(OUTCOMES)('%s', (_, before, outcome, after) => {
    expect(afterOutcome(someTarget(before), { outcome, intervals: INTERVALS, now: NOW, random: 0.5 })).toMatchObject(
      after,
    );
  });

  it('gets at most 3,600 / interval + 1 in any hour, whatever it answers and when', () => {
    const outcome = fc.oneof(
      fc.constant<Outcome>({ kind: 'sent' }),
      fc.constant<Outcome>({ kind: 'refused', reason: '400' }),
      fc.record({ burnsAttempt: fc.boolean(), afterSeconds: fc.option(fc.nat(40)) }).map((fields) => retry(fields)),
    );
    const step = fc.record({
      outcome,
      idleSeconds: fc.oneof(fc.constant(0), fc.nat(40)),
      random: fc.double({ min: 0, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 200 }), (steps) => {
        let state = someTarget();
        let ms = NOW.getTime();
        const times: number[] = [];
        for (const { outcome: answer, idleSeconds, random } of steps) {
          ms = Math.max(ms + idleSeconds * 1_000, Date.parse(state.next_send_at ?? '') || 0);
          times.push(ms);
          const result = { outcome: answer, intervals: INTERVALS, now: new Date(ms), random };
          state = { ...state, ...afterOutcome(state, result) };
        }
        for (const [first, from] of times.entries())
          for (const [last, until] of times.entries())
            if (last > first) expect(last - first + 1).toBeLessThanOrEqual((until - from) / 10_000 + 2);
      }),
      { numRuns: 60 },
    );
  });
});
