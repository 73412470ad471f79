import { describe, expect, it } from 'vitest';
import type { Product } from '../../../core/products/model.ts';
import { checkDueAt, plannedCheck } from '../../../core/products/report-check.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';

const at = (iso: string) => ({ user: 'ci', settings: DEFAULT_SETTINGS, now: new Date(`2026-11-24T${iso}:00.000Z`) });
const NONE = { observation_counts: { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 } };

const expecting = newProduct('P', { name: 'Payments', report_expected_hours: 2 }, at('10:00'));
const reported = reviseProduct(expecting, NONE, at('11:00'));
const notified: Product = {
  ...reported,
  version: 3,
  report_check: { version: 1, notification_id: '01KB7Q0000AAAAAAAAAAAAAAAA' },
};
const due = (time: string) => `2026-11-24T${time}:00.000Z`;

describe('the check of a report', () => {
  it('is planned when a product begins to expect reports: from its last report, or from its creation', () => {
    expect(plannedCheck(expecting)).toEqual({ product_id: 'P', version: 1, due_at: due('12:00') });
    const silent = reviseProduct(newProduct('P', { name: 'Payments' }, at('10:00')), NONE, at('11:00'));
    expect(plannedCheck(silent)).toBeNull();
    const begun = reviseProduct(silent, { report_expected_hours: 2 }, at('11:30'));
    expect(plannedCheck(begun)).toEqual({ product_id: 'P', version: 3, due_at: due('13:00') });
  });

  it('is not planned by a report in time, nor by any other write: the one that is there moves when it is due', () => {
    const described = reviseProduct(reported, { description: 'new' }, at('11:10'));
    const patient = reviseProduct(described, { report_expected_hours: 3 }, at('11:20'));
    for (const product of [reported, described, patient]) expect(plannedCheck(product)).toBeNull();
    expect([reported, described, patient].map(checkDueAt)).toEqual([due('13:00'), due('13:00'), due('14:00')]);
  });

  it('is planned anew where it comes earlier: fewer hours, or a report after one that a clock dated ahead', () => {
    const hasty = reviseProduct(reported, { report_expected_hours: 1 }, at('11:10'));
    expect(plannedCheck(hasty)).toMatchObject({ version: 3, due_at: due('12:00') });
    const ahead = reviseProduct(expecting, NONE, { ...at('11:00'), now: new Date('2031-01-01T00:00:00Z') });
    expect(plannedCheck(ahead)).toBeNull();
    expect(plannedCheck(reviseProduct(ahead, NONE, at('11:05')))).toMatchObject({ version: 3, due_at: due('13:05') });
  });

  it('is planned by no write after the notification, until a report comes', () => {
    const hasty = reviseProduct(notified, { report_expected_hours: 1 }, at('14:00'));
    const relaxed = reviseProduct(hasty, { report_expected_hours: null }, at('14:10'));
    const again = reviseProduct(relaxed, { report_expected_hours: 2 }, at('14:20'));
    for (const product of [hasty, relaxed, again]) {
      expect(product.report_check).toEqual(notified.report_check);
      expect(plannedCheck(product)).toBeNull();
    }
    const late = reviseProduct(again, NONE, at('15:00'));
    expect(late.report_check).toEqual({ version: 7, notification_id: null });
    expect(plannedCheck(late)).toEqual({ product_id: 'P', version: 7, due_at: due('17:00') });
  });

  it('is not due while no report is expected', () => {
    const relaxed = reviseProduct(reported, { report_expected_hours: null }, at('11:10'));
    expect([checkDueAt(relaxed), plannedCheck(relaxed)]).toEqual([null, null]);
    expect(plannedCheck(reviseProduct(relaxed, { report_expected_hours: 2 }, at('11:20')))).toMatchObject({
      version: 4,
    });
  });
});
