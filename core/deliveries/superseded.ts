import type { Notification } from '../notifications/model.ts';
import type { Product } from '../products/model.ts';
import type { Delivery, Skip } from './model.ts';

/** A first try this long after its delivery was made is late: its message waited, or the sweeper sent it. */
const LATE_AFTER_MS = 60_000;

/**
 * Whether the next try of a delivery is late: it is not the first, it waited for a slot, or its message took long. A delivery
 * from the future was made by a clock that is wrong, and counts as late.
 */
export const isLateAttempt = ({ status, attempts, throttles, has_slot, created }: Delivery, now: Date): boolean =>
  status !== 'pending' ||
  attempts + throttles > 0 ||
  has_slot ||
  Math.abs(now.getTime() - Date.parse(created)) > LATE_AFTER_MS;

/** The id of the gate change that made this notification obsolete; null where this one is the newest, or of another type. */
export const newerGateChange = (
  { id, type }: Pick<Notification, 'id' | 'type'>,
  product: Pick<Product, 'gate_notification_id'> | null,
): string | null => {
  const newest = type === 'security_gate' ? (product?.gate_notification_id ?? null) : null;
  return newest === id ? null : newest;
};

/** Why a delivery is not sent, in words that name the newer notification. */
export const supersededReason = (newerId: string): string =>
  `A newer gate change of the product tells the state (notification ${newerId})`;

/** What becomes of a late try whose notification is not its product's newest gate change; null for one that may be sent. */
export const skipSuperseded = (
  notification: Notification,
  { product, isLate }: { readonly product: Product | null; readonly isLate: boolean },
): Skip | null => {
  const newer = isLate ? newerGateChange(notification, product) : null;
  return newer === null ? null : { kind: 'skipped', code: 'superseded', reason: supersededReason(newer) };
};
