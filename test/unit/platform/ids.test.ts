import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gateNotification } from '../../../core/notifications/model.ts';
import { derivedId, SORTABLE_ID, sortableId, timeOfId } from '../../../core/platform/sortable-id.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('ids', () => {
  it('sort by time and give it back', () => {
    fc.assert(
      fc.property(time, time, (one, two) => {
        const [a, b] = [sortableId(one, randomBytes(10)), sortableId(two, randomBytes(10))];
        expect(a).toMatch(SORTABLE_ID);
        expect(timeOfId(a)).toBe(one);
        if (one !== two) expect(a < b).toBe(one < two);
      }),
    );
  });

  it('are the same for the same cause, and differ between causes', () => {
    expect(derivedId(5, ['p', 1])).toBe(derivedId(5, ['p', 1]));
    expect(derivedId(5, ['p', 1])).not.toBe(derivedId(5, ['p', 2]));
    expect(derivedId(5, ['p1', 1])).not.toBe(derivedId(5, ['p', 11]));
  });
});

describe('gateNotification', () => {
  const revision = { user: 'ci', settings: DEFAULT_SETTINGS, now: new Date('2026-11-24T10:00:00Z') };
  const before = newProduct('P', { name: 'Payments' }, revision);
  const counts = { critical: 3, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
  const after = reviseProduct(before, { observation_counts: counts }, revision);

  it('says what changed, why and by whom', () => {
    expect(gateNotification(before, after)).toMatchObject({
      type: 'security_gate',
      name: 'Security gate of Payments changed from passed to failed',
      message: '3 critical, 0 allowed.',
      created: '2026-11-24T10:00:00.000Z',
      product_id: 'P',
      product_name: 'Payments',
      user: 'ci',
      from: 'passed',
      to: 'failed',
    });
  });

  it('has one id however often the change is met, and another for the next change', () => {
    const back = reviseProduct(after, { security_gate_active: false }, revision);
    expect(gateNotification(before, after)?.id).toBe(gateNotification(before, after)?.id);
    expect(gateNotification(after, back)?.id).not.toBe(gateNotification(before, after)?.id);
    expect(gateNotification(after, back)).toMatchObject({ from: 'failed', to: 'none' });
  });

  it('is none where the gate stayed as it was', () => {
    const same = reviseProduct(before, { description: 'new' }, revision);
    expect(gateNotification(before, same)).toBeNull();
  });
});
