import type { Notification } from '../notifications/model.ts';
import type { Product } from '../products/model.ts';
import type { Delivery, Skip } from './model.ts';

/** A first attempt is late if its delivery is older: the message waited, or the sweeper sent it. */
const LATE_AFTER_MS = 60_000;

/**
 * Whether the next attempt of a delivery is late: it is a retry, it waited for a slot, or its message took long. A delivery
 * created in the future, by a wrong clock, also counts as late.
 */
export const isLateAttempt = ({ status, attempts, throttles, has_slot, created }: Delivery, now: Date): boolean =>
  status !== 'pending' ||
  attempts + throttles > 0 ||
  has_slot ||
  Math.abs(now.getTime() - Date.parse(created)) > LATE_AFTER_MS;

/** The id of the gate change that made this notification obsolete. Null for the newest gate change, and for other types. */
export const newerGateChange = (
  { id, type }: Pick<Notification, 'id' | 'type'>,
  product: Pick<Product, 'gate_notification_id'> | null,
): string | null => {
  const newest = type === 'security_gate' ? (product?.gate_notification_id ?? null) : null;
  return newest === id ? null : newest;
};

/** Why a superseded delivery isn't sent; names the newer notification. */
export const supersededReason = (newerId: string): string =>
  `Superseded by a newer gate change of the product (notification ${newerId})`;

/** Skips a late attempt if the product has a newer gate change. Null for one that is sent. */
export const skipSuperseded = (
  notification: Notification,
  { product, isLate }: { readonly product: Product | null; readonly isLate: boolean },
): Skip | null => {
  const newer = isLate ? newerGateChange(notification, product) : null;
  return newer === null ? null : { kind: 'skipped', code: 'superseded', reason: supersededReason(newer) };
};
