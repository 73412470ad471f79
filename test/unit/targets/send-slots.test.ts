import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deferred, newDelivery } from '../../../core/deliveries/lifecycle.ts';
import { MAX_WAIT_SECONDS } from '../../../core/deliveries/retry-schedule.ts';
import { closedUntil, isNear, lineOf, slotHeld, slotsBefore } from '../../../core/targets/send-slots.ts';

const NOW = new Date('2026-12-02T14:06:00.000Z');
const RATE = { mailsPerSecond: 14 };
const later = (ms: number) => new Date(NOW.getTime() + ms);

describe('a line', () => {
  it('is one for each webhook of Slack, one for all mail, and none for Teams', () => {
    expect(lineOf({ channel: 'slack', target_key: '3fa91c' }, RATE)).toEqual({
      name: 'slack 3fa91c',
      spacingMs: 1_000,
    });
    const [one, other] = ['a@example.org', 'b@example.org'].map((target_key) =>
      lineOf({ channel: 'email', target_key }, RATE),
    );
    expect(one).toEqual(other);
    expect(lineOf({ channel: 'ms_teams', target_key: '3fa91c' }, RATE)).toBeNull();
  });

  it('of mail is never faster than SES', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1_000, noNaN: true }), (mailsPerSecond) => {
        const spacingMs = lineOf({ channel: 'email', target_key: '' }, { mailsPerSecond })?.spacingMs ?? 0;
        expect(1_000 / spacingMs).toBeLessThanOrEqual(mailsPerSecond);
        expect(Number.isInteger(spacingMs)).toBe(true);
      }),
    );
  });

  it('has slots that are apart, and the last of them ends where it is free again', () => {
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

  it('is waited for where it is two seconds away, and no more', () => {
    expect([-1, 0, 2_000].map((ms) => isNear(NOW.getTime() + ms, NOW))).toEqual([true, true, true]);
    expect(isNear(NOW.getTime() + 2_001, NOW)).toBe(false);
  });

  it('is held until some time after it, and by none that never got one', () => {
    const waiting = deferred(fresh, 'claim', { slot: later(60_000), now: NOW });
    expect(slotHeld(waiting, later(60_000))).toBe(later(60_000).getTime());
    expect(slotHeld(waiting, later(70_000))).toBe(later(60_000).getTime());
    expect(slotHeld(waiting, later(70_001))).toBeNull();
    expect(slotHeld(fresh, NOW)).toBeNull();
  });

  it('leaves the delivery to nobody, counts no try, and keeps the sweeper away', () => {
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

  it('closes a line as long as it says, a second where it says nothing, and not for ever', () => {
    expect(closedUntil({ ...throttled, afterSeconds: 30 }, NOW)).toEqual(later(30_000));
    expect(closedUntil({ ...throttled, afterSeconds: null }, NOW)).toEqual(later(1_000));
    expect(closedUntil({ ...throttled, afterSeconds: 1e9 }, NOW)).toEqual(later(MAX_WAIT_SECONDS * 1_000));
  });

  it('is what no other end of a try is', () => {
    expect(closedUntil({ ...throttled, afterSeconds: 30, burnsAttempt: true }, NOW)).toBeNull();
    expect(closedUntil({ kind: 'sent' }, NOW)).toBeNull();
    expect(closedUntil({ kind: 'refused', reason: 'gone' }, NOW)).toBeNull();
  });
});
