import { channelOf } from '../../core/channels/channels.ts';
import type { ChannelField } from '../../core/channels/declaration.ts';
import { outcomeBeforeSending } from '../../core/deliveries/lifecycle.ts';
import { type Delivery, type Outcome, ownerOf, type Skip, skipFor } from '../../core/deliveries/model.ts';
import { skipSuperseded } from '../../core/deliveries/superseded.ts';
import type { Notification } from '../../core/notifications/model.ts';
import type { Product } from '../../core/products/model.ts';
import type { Settings } from '../../core/settings/model.ts';
import { type Health, outcomeForGone } from '../../core/targets/health.ts';
import { type Target, targetsOf } from '../../core/targets/model.ts';
import { type SuppressedAddresses, skipForComplaint } from '../../core/targets/suppressed-address.ts';

/** Where messages are sent now, which may have changed since the delivery was created, and the health of the targets. */
export type RoutingContext = {
  readonly settings: Settings;
  readonly products: Pick<ReadonlyMap<string, Product>, 'get'>;
  /** Of a product's channels, or of those of the settings (null). */
  readonly healthOf: (productId: string | null) => Health;
  readonly suppressed: SuppressedAddresses;
};

/** `isLate`: the delivery must not be sent after a newer gate change. */
export type RoutedDelivery = {
  readonly delivery: Delivery;
  readonly notification: Notification;
  readonly isLate: boolean;
};

/** The target that a delivery is sent to, or its outcome if nothing is sent (`target` null). */
export type Resolution =
  | { readonly delivery: Delivery; readonly target: Target }
  | { readonly delivery: Delivery; readonly target: null; readonly outcome: Outcome | Skip };

const productOf = ({ notification: { product_id } }: RoutedDelivery, { products }: RoutingContext): Product | null =>
  product_id === null ? null : (products.get(product_id) ?? null);

const REMOVED = {
  addresses: 'The address was removed from the list',
  webhook: 'The webhook was removed',
  signed_webhook: 'The webhook was removed',
  bus: 'The event bus was removed',
} as const satisfies Record<ChannelField['kind'], string>;

const skipForRemovedTarget = ({ delivery }: RoutedDelivery, product: Product | null): Skip => {
  if (delivery.source === 'product' && product === null)
    return { kind: 'skipped', code: 'product_deleted', reason: 'The product was deleted' };
  return { kind: 'skipped', code: 'target_removed', reason: REMOVED[channelOf(delivery.channel).field.kind] };
};

/** Finds the present target of a delivery, and whether it can be sent there. */
export const resolveTarget = (routed: RoutedDelivery, context: RoutingContext): Resolution => {
  const product = productOf(routed, context);
  const targets = targetsOf(routed.notification, { product, settings: context.settings });
  const target = targets.find(({ delivery_id }) => delivery_id === routed.delivery.delivery_id);
  if (target === undefined)
    return { delivery: routed.delivery, target: null, outcome: skipForRemovedTarget(routed, product) };
  const delivery = { ...routed.delivery, target: target.shown, target_key: target.key };
  const health = context.healthOf(ownerOf(delivery));
  const outcome =
    skipSuperseded(routed.notification, { product, isLate: routed.isLate }) ??
    skipFor(target) ??
    skipForComplaint(context.suppressed, target) ??
    outcomeForGone(health, target) ??
    outcomeBeforeSending(delivery);
  return outcome === null ? { delivery, target } : { delivery, target: null, outcome };
};
