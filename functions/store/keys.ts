import { createHash } from 'node:crypto';
import { SORT_KEY } from '../contract.ts';
import { foldName } from '../domain/product.ts';

/** Primary key of an item: the only place where keys are made. `docs/architecture.md` lists the item families. */
export type Key = { readonly pk: string; readonly sk: string };

const PRODUCT = 'PRODUCT#';
const MEMBER = 'MEMBER#';
const NOTIFICATION = 'NOTIFICATION#';
const DELIVERY = 'DELIVERY#';
const WINDOW = 'WINDOW#';

export const productPartition = (productId: string): string => `${PRODUCT}${productId}`;

export const productKey = (productId: string): Key => ({ pk: productPartition(productId), sk: SORT_KEY.product });

/** The product id in a partition key that `productPartition` made, or null for another item's. */
export const productIdOf = (partition: string): string | null =>
  partition.startsWith(PRODUCT) ? partition.slice(PRODUCT.length) : null;

export const memberKey = (productId: string, user: string): Key => ({
  pk: productPartition(productId),
  sk: `${MEMBER}${user}`,
});

export const MEMBER_PREFIX = MEMBER;

/** Hashed, because a folded name can be longer than a key may be. */
export const nameKey = (name: string): Key => ({
  pk: `NAME#${createHash('sha256').update(foldName(name)).digest('base64url')}`,
  sk: 'NAME',
});

export const CATALOGUE = 'CATALOGUE';

export const catalogueKey = (productId: string): Key => ({ pk: CATALOGUE, sk: productId });

export const SETTINGS_KEY: Key = { pk: 'SETTINGS', sk: SORT_KEY.settings };

export const windowKey = (fingerprint: string): Key => ({ pk: `${WINDOW}${fingerprint}`, sk: SORT_KEY.window });

export const isWindow = (partition: string): boolean => partition.startsWith(WINDOW);

export const notificationPartition = (notificationId: string): string => `${NOTIFICATION}${notificationId}`;

export const notificationKey = (notificationId: string): Key => ({
  pk: notificationPartition(notificationId),
  sk: SORT_KEY.notification,
});

/** The entry of a notification in its product's partition. */
export const productNotificationKey = (productId: string, notificationId: string): Key => ({
  pk: productPartition(productId),
  sk: `${NOTIFICATION}${notificationId}`,
});

/** The notification id in the sort key of an entry that `productNotificationKey` made, or null for another item's. */
export const notificationIdOfEntry = (sortKey: string): string | null =>
  sortKey.startsWith(NOTIFICATION) ? sortKey.slice(NOTIFICATION.length) : null;

export const DELIVERY_PREFIX = DELIVERY;

export const deliveryKey = (notificationId: string, deliveryId: string): Key => ({
  pk: notificationPartition(notificationId),
  sk: `${DELIVERY}${deliveryId}`,
});
