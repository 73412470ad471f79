import { channelOf } from '../channels/channels.ts';
import type { ChannelField } from '../channels/declaration.ts';
import type { Product } from '../products/model.ts';
import type { Settings } from '../settings/model.ts';
import { type Due, isRouteMuted, routeDue } from '../targets/due.ts';
import { type Health, outcomeForGone } from '../targets/health.ts';
import { ownTargets, type Target } from '../targets/model.ts';
import { type SuppressedAddresses, skipForComplaint } from '../targets/suppressed-address.ts';
import { rescheduled, retargeted } from './lifecycle.ts';
import { type Delivery, type Outcome, ownerOf, type Skip, skipFor } from './model.ts';

/** Where messages are sent now, which may have changed since a delivery was created, and the health of the targets. */
export type RoutingContext = {
  readonly settings: Settings;
  readonly products: Pick<ReadonlyMap<string, Product>, 'get'>;
  /** Of a product's channels, or of those of the settings (null). */
  readonly healthOf: (productId: string | null) => Health;
  readonly suppressed: SuppressedAddresses;
};

/** What becomes of a due delivery. */
export type Resolution =
  | { readonly kind: 'ready'; readonly delivery: Delivery; readonly target: Target }
  /** Nothing is sent. */
  | {
      readonly kind: 'ends';
      readonly delivery: Delivery;
      readonly outcome: Skip | Extract<Outcome, { kind: 'refused' }>;
    }
  /** It waits for another target, or until another time. */
  | { readonly kind: 'moves'; readonly delivery: Delivery; readonly after: Delivery };

const REMOVED = {
  addresses: 'The address was removed from the list',
  webhook: 'The webhook was removed',
  signed_webhook: 'The webhook was removed',
  bus: 'The event bus was removed',
} as const satisfies Record<ChannelField['kind'], string>;

const REMOVED_PRODUCT: Skip = { kind: 'skipped', code: 'product_deleted', reason: 'The product was deleted' };

const ownerIn = ({ products, settings }: RoutingContext, delivery: Delivery): Product | Settings | undefined => {
  const productId = ownerOf(delivery);
  if (delivery.source === 'settings') return settings;
  return productId === null ? undefined : products.get(productId);
};

const REPORTED: Skip = { kind: 'skipped', code: 'report_arrived', reason: 'A report came before this was sent' };

/** An overdue report that came meanwhile is no news. A message that may have arrived is repeated as it was. */
const skipForReport = (owner: Product | Settings, { event, notification_id, is_in_doubt }: Delivery): Skip | null => {
  if (event.kind !== 'report' || is_in_doubt || !('report_check' in owner)) return null;
  return owner.report_check?.notification_id === notification_id ? null : REPORTED;
};

/** The time that the route of a delivery gives it now; null if its product was deleted. */
export const dueNow = (context: RoutingContext, delivery: Delivery, now: Date): Due | null => {
  const owner = ownerIn(context, delivery);
  return owner === undefined ? null : routeDue(owner, delivery.channel, now);
};

/** Finds the present target of a delivery, and whether it can be sent there now. */
export const resolve = (delivery: Delivery, context: RoutingContext, now: Date): Resolution => {
  const owner = ownerIn(context, delivery);
  if (owner === undefined) return { kind: 'ends', delivery, outcome: REMOVED_PRODUCT };
  const target = ownTargets(owner, context.settings).find(({ delivery_id }) => delivery_id === delivery.delivery_id);
  if (target === undefined) {
    const reason = REMOVED[channelOf(delivery.channel).field.kind];
    return { kind: 'ends', delivery, outcome: { kind: 'skipped', code: 'target_removed', reason } };
  }
  const outcome =
    skipForReport(owner, delivery) ??
    skipFor(target) ??
    skipForComplaint(context.suppressed, target) ??
    outcomeForGone(context.healthOf(ownerOf(delivery)), target);
  if (outcome !== null) return { kind: 'ends', delivery, outcome };
  if (target.key !== delivery.target_key) return { kind: 'moves', delivery, after: retargeted(delivery, target, now) };
  if (isRouteMuted(owner, delivery.channel, now))
    return { kind: 'moves', delivery, after: rescheduled(delivery, routeDue(owner, delivery.channel, now), now) };
  return { kind: 'ready', delivery, target };
};
