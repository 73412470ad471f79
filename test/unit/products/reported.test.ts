import { expect, test } from 'vitest';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';

const at = (iso: string) => ({ user: 'ci', settings: DEFAULT_SETTINGS, now: new Date(iso) });
const NONE = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const FIRST = '2026-11-24T10:00:00.000Z';

test('a product says when its counts were last reported, though they are all zero, and a change of it is no report', () => {
  const created = newProduct('p1', { name: 'Payment service' }, at('2026-11-24T09:00:00.000Z'));
  expect(created).toMatchObject({ security_gate_passed: true, observation_counts_updated: null });
  const reported = reviseProduct(created, { observation_counts: NONE }, at(FIRST));
  expect(reported.observation_counts_updated).toBe(FIRST);
  const renamed = reviseProduct(reported, { name: 'Payments' }, at('2026-11-25T10:00:00.000Z'));
  expect(renamed.observation_counts_updated).toBe(FIRST);
});
