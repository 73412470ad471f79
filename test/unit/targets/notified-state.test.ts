import { expect, it } from 'vitest';
import { routeSubjectOf } from '../../../core/targets/notified-state.ts';
import { someDelivery } from '../deliveries/some-delivery.ts';

it.each([
  ['a product', {}, 'p1'],
  ['the settings, whatever product it is about', { source: 'settings' }, null],
] as const)('a route belongs to %s', (_, fields, productId) => {
  expect(routeSubjectOf(someDelivery(fields))).toEqual({ productId, deliveryId: 'email-bob', subject: 'gate p1' });
});

it('a route stays the same when its webhook is changed', () => {
  expect(routeSubjectOf(someDelivery({ target_key: 'other' }))).toEqual(routeSubjectOf(someDelivery()));
});
