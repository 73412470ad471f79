import { newDelivery } from '../../../core/deliveries/lifecycle.ts';
import type { Delivery } from '../../../core/deliveries/model.ts';
import type { Target } from '../../../core/targets/model.ts';

export const NOW = new Date('2026-11-28T12:00:00.000Z');

/** A time so many seconds from now, ISO 8601. */
export const inSeconds = (seconds: number): string => new Date(NOW.getTime() + seconds * 1_000).toISOString();

const TARGET: Target = {
  delivery_id: 'email-bob',
  source: 'product',
  destination: { kind: 'address', channel: 'email', from: 'gate@example.org', address: 'bob@example.org' },
  shown: 'bob@example.org',
  key: 'bob',
};

/** A delivery that is pending, unless fields say otherwise. */
export const someDelivery = (fields: Partial<Delivery> = {}): Delivery => ({
  ...newDelivery(TARGET, { id: 'n1', product_id: 'p1' }, NOW),
  ...fields,
});

/** The same without a sender address. */
export const withoutSender = (): Delivery =>
  newDelivery(
    { ...TARGET, destination: { kind: 'address', channel: 'email', from: '', address: 'bob@example.org' } },
    { id: 'n1', product_id: 'p1' },
    NOW,
  );
