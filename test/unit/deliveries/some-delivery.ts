import { newDelivery } from '../../../core/deliveries/lifecycle.ts';
import type { Delivery } from '../../../core/deliveries/model.ts';
import type { Target } from '../../../core/targets/model.ts';
import { gateFailed } from '../channels/samples.ts';

export const NOW = new Date('2026-11-28T12:00:00.000Z');

/** A time so many seconds from now, ISO 8601. */
export const inSeconds = (seconds: number): string => new Date(NOW.getTime() + seconds * 1_000).toISOString();

const NOTIFICATION = { ...gateFailed, id: 'n1', product_id: 'p1' };
const AT_ONCE = { due: { due_at: NOW.toISOString(), due_reason: null }, now: NOW };

const targetFrom = (from: string): Target => ({
  delivery_id: 'email-bob',
  source: 'product',
  destination: { kind: 'address', channel: 'email', from, address: 'bob@example.org' },
  shown: 'bob@example.org',
  key: 'bob',
});

/** A delivery of a failed gate that is pending, unless fields say otherwise. */
export const someDelivery = (fields: Partial<Delivery> = {}): Delivery => ({
  ...newDelivery(targetFrom('gate@example.org'), NOTIFICATION, AT_ONCE),
  ...fields,
});

/** The same without a sender address. */
export const withoutSender = (): Delivery => newDelivery(targetFrom(''), NOTIFICATION, AT_ONCE);

/** The same while its route is muted or collects by a schedule. */
export const dueLater = (due: Pick<Delivery, 'due_at' | 'due_reason'>): Delivery =>
  newDelivery(targetFrom('gate@example.org'), NOTIFICATION, { due, now: NOW });
