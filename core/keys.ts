import { createHash } from 'node:crypto';
import { addressKey } from './channels/email/addresses.ts';
import { SORT_KEY } from './contract.ts';
import { foldName } from './products/model.ts';

/** Primary key of an item: the only place where keys are made. `docs/architecture.md` lists the item families. */
export type Key = { readonly pk: string; readonly sk: string };

const PRODUCT = 'PRODUCT#';
const MEMBER = 'MEMBER#';
const NOTIFICATION = 'NOTIFICATION#';
const DELIVERY = 'DELIVERY#';
const WINDOW = 'WINDOW#';
const VIEWED = 'VIEWED#';
const USER = 'USER#';

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

export const PRODUCT_INDEX = 'PRODUCT_INDEX';

export const productIndexKey = (productId: string): Key => ({ pk: PRODUCT_INDEX, sk: productId });

export const SETTINGS_KEY: Key = { pk: 'SETTINGS', sk: SORT_KEY.settings };

export const SUPPRESSED = 'SUPPRESSED';

/** Of an address that is sent no mail, whoever's list it is on. */
export const suppressedKey = (address: string): Key => ({ pk: SUPPRESSED, sk: addressKey(address) });

/** Of the line to a target that takes only so many messages a second. */
export const lineKey = (name: string): Key => ({ pk: `RATE#${name}`, sk: 'RATE' });

/** Beside a product, or beside the settings (null). */
export const healthKey = (productId: string | null): Key => ({
  pk: productId === null ? SETTINGS_KEY.pk : productPartition(productId),
  sk: SORT_KEY.channels,
});

export const windowKey = (fingerprint: string): Key => ({ pk: `${WINDOW}${fingerprint}`, sk: SORT_KEY.window });

/** Hashed, because a user and a key are foreign text of any length. */
export const idempotencyKey = (user: string, key: string): Key => ({
  pk: `IDEMPOTENCY#${createHash('sha256')
    .update(JSON.stringify([user, key]))
    .digest('base64url')}`,
  sk: 'IDEMPOTENCY',
});

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

/** Stands where a notification was deleted, so that it does not come again. */
export const tombstoneKey = (notificationId: string): Key => ({
  pk: notificationPartition(notificationId),
  sk: SORT_KEY.tombstone,
});

/** Deliveries and the notification itself lie side by side: what a reader of one notification wants, in this order. */
export const NOTIFICATION_WITH_DELIVERIES = { from: DELIVERY, to: SORT_KEY.notification } as const;

/** The newest notifications of a product, in one item. */
export const unreadCountersKey = (productId: string): Key => ({ pk: productPartition(productId), sk: 'UNREAD' });

/** How many of a product's notifications a user has viewed. */
export const viewedCountKey = (productId: string, user: string): Key => ({
  pk: productPartition(productId),
  sk: `${VIEWED}${user}`,
});

/** Stretches of sort keys: the entries of notifications in a product's partition, the marks in a user's. */
export const NOTIFICATION_PREFIX = NOTIFICATION;
export const VIEWED_PREFIX = VIEWED;

export const userPartition = (user: string): string => `${USER}${user}`;

/** That a user has viewed a notification, as the user's pages find it. */
export const viewedKey = (user: string, notificationId: string): Key => ({
  pk: userPartition(user),
  sk: `${VIEWED}${notificationId}`,
});

/** The same as who deletes the notification finds it. */
export const viewerKey = (notificationId: string, user: string): Key => ({
  pk: notificationPartition(notificationId),
  sk: `${VIEWED}${user}`,
});

/** The user in a sort key that `viewerKey` made, or the notification id in one of `viewedKey`; null for another item's. */
export const viewedOf = (sortKey: string): string | null =>
  sortKey.startsWith(VIEWED) ? sortKey.slice(VIEWED.length) : null;

/** Spreads what belongs to notifications over so many partitions: the end of an id is random. */
const shardOf = (notificationId: string, shards: number): number =>
  (notificationId.codePointAt(notificationId.length - 1) ?? 0) % shards;

/** Partitions of the timeline: at 1,000 notifications a second each takes a third of what DynamoDB gives one. */
const SHARDS = 3;

export const TIMELINE_SHARDS = Array.from({ length: SHARDS }, (_, shard) => `TIMELINE#${shard}`);

/** Partitions of the sweeper's index. Every notification and delivery is written to it. */
const SWEEP_SHARD_COUNT = 8;

export const SWEEP_SHARDS = Array.from({ length: SWEEP_SHARD_COUNT }, (_, shard) => `SWEEP#${shard}`);

/** The partition of the sweeper's index that a notification and its deliveries are in. */
export const sweepShard = (notificationId: string): string => `SWEEP#${shardOf(notificationId, SWEEP_SHARD_COUNT)}`;

/** The names in the keys of a delivery, or null for another item's. */
export const parseDeliveryKey = ({ pk, sk }: Key): { notification_id: string; delivery_id: string } | null =>
  pk.startsWith(NOTIFICATION) && sk.startsWith(DELIVERY)
    ? { notification_id: pk.slice(NOTIFICATION.length), delivery_id: sk.slice(DELIVERY.length) }
    : null;

/** The notification that a notification's own key names, or null for another item's; with no delivery. */
export const parseNotificationKey = ({ pk, sk }: Key): { notification_id: string; delivery_id: null } | null =>
  pk.startsWith(NOTIFICATION) && sk === SORT_KEY.notification
    ? { notification_id: pk.slice(NOTIFICATION.length), delivery_id: null }
    : null;

/** The partition of the timeline that a notification is in. */
export const timelineShard = (notificationId: string): string => `TIMELINE#${shardOf(notificationId, SHARDS)}`;
