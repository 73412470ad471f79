import { SORT_KEY } from '../core/contract.ts';
import { newDelivery } from '../core/deliveries/lifecycle.ts';
import type { Delivery } from '../core/deliveries/model.ts';
import { deliveryItem } from '../core/deliveries/store/delivery-item.ts';
import { productIdOf, suppressedKey, targetKey } from '../core/keys.ts';
import type { Item } from '../core/platform/dynamodb/table.ts';
import { targetName } from '../core/targets/target-record.ts';
import { seedItems } from '../local/seed/seed-plan.ts';
import { exception } from '../test/unit/channels/samples.ts';

/** What the calls are made on, and the names in it. */
export type Ground = {
  readonly items: readonly Item[];
  readonly products: readonly string[];
  /** Notifications, each with a delivery to Slack that has failed. */
  readonly notifications: readonly string[];
  /** Those of them that report an exception: no newer one keeps them from being sent again. */
  readonly exceptions: ReadonlySet<string>;
};

const NOW = new Date();

/** The target of the deliveries, which something was sent to. */
export const TARGET = targetName('slack', '3fa91c');

const targetItem: Item = { ...targetKey(TARGET), target: TARGET, channel: 'slack', last_sent_at: NOW.toISOString() };

const failedDelivery = (id: string): Delivery => {
  const webhook = { origin: 'https://hooks.slack.com', fingerprint: '3fa91c', sealed: '' };
  const place = { productId: null, channel: 'slack' } as const;
  const destination = { kind: 'webhook', channel: 'slack', webhook, place } as const;
  const target = {
    delivery_id: 'slack',
    source: 'settings',
    key: '3fa91c',
    shown: 'hooks.slack.com #3fa91c',
    destination,
  } as const;
  const due = { due_at: NOW.toISOString(), due_reason: null };
  const made = newDelivery(target, { ...exception, id, product_id: null }, { due, now: NOW });
  return {
    ...made,
    status: 'failed',
    attempts: 9,
    last_error: 'The target answered 503',
    settled_at: NOW.toISOString(),
  };
};

/** The nth address whose owner complained. */
export const complainedAddress = (n: number): string => `complained-${n}@example.org`;

/** A stage as it is after some weeks: products with their notifications, the newest first. */
export const warmGround = (size: { readonly products: number; readonly notifications: number }): Ground => {
  const seeded = [...seedItems({ ...size, members: 2 }, NOW)];
  const products: string[] = [];
  const notifications: string[] = [];
  const exceptions = new Set<string>();
  for (const { pk, sk, id, type } of seeded) {
    if (sk === SORT_KEY.product) products.push(productIdOf(String(pk)) ?? '');
    if (sk !== SORT_KEY.notification) continue;
    notifications.push(String(id));
    if (type !== 'security_gate') exceptions.add(String(id));
  }
  const deliveries = notifications.map((id) => deliveryItem(failedDelivery(id)));
  const suppressed = notifications.map((_, n) => {
    const address = complainedAddress(n);
    return { ...suppressedKey(address), address, reason: 'abuse', since: NOW.toISOString(), product_id: null };
  });
  return {
    items: [...seeded, targetItem, ...deliveries, ...suppressed],
    products,
    notifications: notifications.toReversed(),
    exceptions,
  };
};
