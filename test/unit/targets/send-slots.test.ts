import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deferred, newDelivery } from '../../../core/deliveries/lifecycle.ts';
import { MAX_WAIT_SECONDS } from '../../../core/deliveries/retry-schedule.ts';
import { isNear, pausedUntil, rateLimitOf, reservedSlotOf, slotsBefore } from '../../../core/targets/send-slots.ts';

const NOW = new Date('2026-12-02T14:06:00.000Z');
const RATE = { mailsPerSecond: 14 };
const later = (ms: number) => new Date(NOW.getTime() + ms);

describe('a rate limit', () => {
  it('is one for each Slack webhook, one for all email, and none for Teams', () => {
    expect(rateLimitOf({ channel: 'slack', target_key: '3fa91c' }, RATE)).toEqual({
      name: 'slack 3fa91c',
      spacingMs: 1_000,
    });
    const [one, other] = ['a@example.org', 'b@example.org'].map((target_key) =>
      rateLimitOf({ channel: 'email', target_key }, RATE),
    );
    expect(one).toEqual(other);
    expect(rateLimitOf({ channel: 'ms_teams', target_key: '3fa91c' }, RATE)).toBeNull();
  });

  it('of email is never faster than SES', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1_000, noNaN: true }), (mailsPerSecond) => {
        const spacingMs = rateLimitOf({ channel: 'email', target_key: '' }, { mailsPerSecond })?.spacingMs ?? 0;
        expect(1_000 / spacingMs).toBeLessThanOrEqual(mailsPerSecond);
        expect(Number.isInteger(spacingMs)).toBe(true);
      }),
    );
  });

  it("has slots that don't overlap, and the last of them ends at the given time", () => {
    const count = fc.integer({ min: 1, max: 50 });
    const spacing = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e12 }), count, spacing, (freeMs, size, spacingMs) => {
        const slots = slotsBefore(freeMs, size, { name: '', spacingMs });
        expect(slots).toHaveLength(size);
        expect((slots.at(-1) ?? 0) + spacingMs).toBe(freeMs);
        for (const [position, slot] of slots.slice(1).entries()) expect(slot - (slots[position] ?? 0)).toBe(spacingMs);
      }),
    );
  });
});

describe('a slot', () => {
  const target = {
    delivery_id: 'email-1',
    source: 'product',
    key: 'a',
    shown: 'a@example.org',
    destination: { kind: 'address', channel: 'email', address: 'a@example.org', from: 'gate@example.org' },
  } as const;
  const fresh = newDelivery(target, { id: 'N1', product_id: 'P1' }, NOW);

  it('is waited for if it is at most two seconds away', () => {
    expect([-1, 0, 2_000].map((ms) => isNear(NOW.getTime() + ms, NOW))).toEqual([true, true, true]);
    expect(isNear(NOW.getTime() + 2_001, NOW)).toBe(false);
  });

  it('is reserved until some time after it, and only by a delivery that got one', () => {
    const waiting = deferred(fresh, 'claim', { slot: later(60_000), now: NOW });
    expect(reservedSlotOf(waiting, later(60_000))).toBe(later(60_000).getTime());
    expect(reservedSlotOf(waiting, later(70_000))).toBe(later(60_000).getTime());
    expect(reservedSlotOf(waiting, later(70_001))).toBeNull();
    expect(reservedSlotOf(fresh, NOW)).toBeNull();
  });

  it('has no lease, counts no attempt, and moves the time of the sweeper', () => {
    expect(deferred(fresh, 'claim', { slot: later(3_600_000), now: NOW })).toMatchObject({
      status: 'pending',
      attempts: 0,
      lease_until: null,
      next_attempt_at: later(3_600_000).toISOString(),
      sweep_at: later(3_600_000 + 15 * 60_000).toISOString(),
    });
  });
});

describe('a throttle', () => {
  const throttled = { kind: 'retry', reason: 'Throttled', burnsAttempt: false } as const;

  it('pauses a target as long as it says, a second if it says nothing, and never longer than the maximum', () => {
    expect(pausedUntil({ ...throttled, afterSeconds: 30 }, NOW)).toEqual(later(30_000));
    expect(pausedUntil({ ...throttled, afterSeconds: null }, NOW)).toEqual(later(1_000));
    expect(pausedUntil({ ...throttled, afterSeconds: 1e9 }, NOW)).toEqual(later(MAX_WAIT_SECONDS * 1_000));
  });

  it('is no other outcome of an attempt', () => {
    expect(pausedUntil({ ...throttled, afterSeconds: 30, burnsAttempt: true }, NOW)).toBeNull();
    expect(pausedUntil({ kind: 'sent' }, NOW)).toBeNull();
    expect(pausedUntil({ kind: 'refused', reason: 'gone' }, NOW)).toBeNull();
  });
});
