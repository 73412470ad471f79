import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_ATTEMPTS,
  MAX_THROTTLES,
  MAX_WAIT_SECONDS,
  planRetry,
  WAITS_SECONDS,
} from '../../../core/deliveries/retry-schedule.ts';

const tries = fc.record({
  attempts: fc.integer({ min: 1, max: MAX_ATTEMPTS - 1 }),
  throttles: fc.integer({ min: 0, max: MAX_THROTTLES - 1 }),
});
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const wish = fc.option(fc.integer({ min: 0, max: 1_000_000 }));

describe('planRetry', () => {
  it.each(WAITS_SECONDS.map((wait, position) => [position + 1, wait] as const))(
    'waits after try %i some %i seconds, not more than 20 %% beside',
    (attempts, wait) => {
      fc.assert(
        fc.property(random, (chance) => {
          const plan = planRetry(
            { attempts, throttles: 0 },
            { afterSeconds: null, burnsAttempt: true, random: chance },
          );
          const seconds = plan.kind === 'wait' ? plan.seconds : Number.NaN;
          expect(seconds).toBeGreaterThanOrEqual(Math.floor(wait * 0.8));
          expect(seconds).toBeLessThanOrEqual(Math.min(MAX_WAIT_SECONDS, Math.ceil(wait * 1.2)));
        }),
      );
    },
  );

  it('gives up after the last try', () => {
    const plan = planRetry(
      { attempts: MAX_ATTEMPTS, throttles: 3 },
      { afterSeconds: 5, burnsAttempt: true, random: 0 },
    );
    expect(plan).toEqual({ kind: 'give-up' });
  });

  it('waits as long as the target wants, where that is longer, but no longer than a queue can', () => {
    fc.assert(
      fc.property(tries, wish, random, fc.boolean(), (of, afterSeconds, chance, burnsAttempt) => {
        const plan = planRetry(of, { afterSeconds, burnsAttempt, random: chance });
        const seconds = plan.kind === 'wait' ? plan.seconds : Number.NaN;
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(Math.min(afterSeconds ?? 0, MAX_WAIT_SECONDS));
        expect(seconds).toBeLessThanOrEqual(MAX_WAIT_SECONDS);
      }),
    );
  });

  it('does not count a throttle, even after the last try, until there were many', () => {
    const throttled = { afterSeconds: null, burnsAttempt: false, random: 0.5 };
    expect(planRetry({ attempts: MAX_ATTEMPTS, throttles: 0 }, throttled)).toMatchObject({ burnsAttempt: false });
    expect(planRetry({ attempts: 1, throttles: MAX_THROTTLES }, throttled)).toMatchObject({ burnsAttempt: true });
    expect(planRetry({ attempts: MAX_ATTEMPTS, throttles: MAX_THROTTLES }, throttled)).toEqual({ kind: 'give-up' });
  });

  it('lets throttles grow to ten minutes', () => {
    const waits = [0, 1, 2, 3, 10].map((throttles) =>
      planRetry({ attempts: 1, throttles }, { afterSeconds: null, burnsAttempt: false, random: 0.5 }),
    );
    expect(waits.map((plan) => (plan.kind === 'wait' ? plan.seconds : null))).toEqual([5, 30, 120, 600, 600]);
  });

  it('comes to an end before the queue gives up the message (60 receipts)', () => {
    expect(MAX_ATTEMPTS + MAX_THROTTLES).toBeLessThan(60 / 2);
  });
});
