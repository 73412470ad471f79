import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_WAIT_SECONDS, retryAfterSeconds, WAITS_SECONDS } from '../../../core/targets/back-off.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** In the middle of the jitter. */
const failing = { afterSeconds: null, burnsAttempt: true, random: 0.5 };
const throttled = { ...failing, burnsAttempt: false };

describe('a target that fails', () => {
  it.each(WAITS_SECONDS.map((wait, position) => [position + 1, wait] as const))(
    'is tried again after failure %i in some %i seconds, not more than 20 %% beside',
    (failures, wait) => {
      fc.assert(
        fc.property(random, (chance) => {
          const seconds = retryAfterSeconds(failures, { ...failing, random: chance });
          expect(seconds).toBeGreaterThanOrEqual(Math.floor(wait * 0.8));
          expect(seconds).toBeLessThanOrEqual(Math.ceil(wait * 1.2));
        }),
      );
    },
  );

  it('is tried at least every hour or so, however often it failed', () => {
    expect(retryAfterSeconds(500, failing)).toBe(3_600);
  });
});

describe('a target that throttles', () => {
  it('is left alone for longer each time, up to ten minutes', () => {
    expect([1, 2, 3, 4, 5, 50].map((failures) => retryAfterSeconds(failures, throttled))).toEqual([
      1, 5, 30, 120, 600, 600,
    ]);
  });
});

it('a target waits as long as it asks for, where that is longer, but not for days', () => {
  const wish = fc.option(fc.integer({ min: 0, max: 1_000_000 }));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      wish,
      random,
      fc.boolean(),
      (failures, afterSeconds, chance, burns) => {
        const seconds = retryAfterSeconds(failures, { afterSeconds, burnsAttempt: burns, random: chance });
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(Math.max(1, Math.min(afterSeconds ?? 0, MAX_WAIT_SECONDS)));
        expect(seconds).toBeLessThanOrEqual(MAX_WAIT_SECONDS);
      },
    ),
  );
});
