import { createHash } from 'node:crypto';
import { addressKey } from './channels/email/addresses.ts';
import { SORT_KEY } from './contract.ts';
import { foldName, searchedName } from './products/model.ts';
import type { RouteSubject } from './targets/notified-state.ts';

/** The primary key of an item. Keys are created in this file only; `docs/architecture.md` lists the item families. */
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

/** The product id in a partition key of `productPartition`; null for other keys. */
export const productIdOf = (partition: string): string | null =>
  partition.startsWith(PRODUCT) ? partition.slice(PRODUCT.length) : null;

export const memberKey = (productId: string, user: string): Key => ({
  pk: productPartition(productId),
  sk: `${MEMBER}${user}`,
});

export const MEMBER_PREFIX = MEMBER;

/** Hashed, because a folded name can exceed the length of a key. */
export const nameKey = (name: string): Key => ({
  pk: `NAME#${createHash('sha256').update(foldName(name)).digest('base64url')}`,
  sk: 'NAME',
});

export const PRODUCT_INDEX = 'PRODUCT_INDEX';

export const productIndexKey = (productId: string): Key => ({ pk: PRODUCT_INDEX, sk: productId });

export const REPORT_CHECKS = 'REPORT_CHECKS';

/** The key of a check whether a report is overdue. They sort by when they are due (ISO 8601). */
export const reportCheckKey = (dueAt: string, productId: string, version: number): Key => ({
  pk: REPORT_CHECKS,
  sk: `${dueAt}#${productId}#${version}`,
});

export const SETTINGS_KEY: Key = { pk: 'SETTINGS', sk: SORT_KEY.settings };

/** The key of a step of the heartbeat: one item each, which every heartbeat overwrites. */
export const heartbeatKey = (sk: string): Key => ({ pk: SORT_KEY.heartbeat, sk });

export const SUPPRESSED = 'SUPPRESSED';

/** The key of an address that gets no email, whatever list contains it. */
export const suppressedKey = (address: string): Key => ({ pk: SUPPRESSED, sk: addressKey(address) });

/** The key of the send rate of all email of the account. */
export const MAIL_RATE_KEY: Key = { pk: 'RATE#ses', sk: 'RATE' };

/** Partitions of the records of targets, which are listed together. */
const TARGET_SHARD_COUNT = 8;

export const TARGET_SHARDS = Array.from({ length: TARGET_SHARD_COUNT }, (_, shard) => `TARGETS#${shard}`);

/** The key of the record of a target. The end of a name is the end of a hash, so targets spread evenly. */
export const targetKey = (name: string): Key => ({ pk: `TARGETS#${shardOf(name, TARGET_SHARD_COUNT)}`, sk: name });

/** The key of what a route was last notified of about a subject. A product's are in its partition, and go with it. */
export const notifiedKey = ({ productId, deliveryId, subject }: RouteSubject): Key => ({
  pk: productId === null ? SETTINGS_KEY.pk : productPartition(productId),
  sk: `NOTIFIED#${createHash('sha256').update(subject).digest('base64url')}#${deliveryId}`,
});

/** The key of the deliveries that went together in an email, for its bounce. */
export const sentTogetherKey = (messageId: string): Key => ({ pk: `MESSAGE#${messageId}`, sk: 'MESSAGE' });

/** The key of the channel health of a product, or of the settings (null). */
export const healthKey = (productId: string | null): Key => ({
  pk: productId === null ? SETTINGS_KEY.pk : productPartition(productId),
  sk: SORT_KEY.channels,
});

export const windowKey = (fingerprint: string): Key => ({ pk: `${WINDOW}${fingerprint}`, sk: SORT_KEY.window });

/** Hashed, because user names and keys have any length. */
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

/** The notification id in a sort key of `productNotificationKey`; null for other keys. */
export const notificationIdOfEntry = (sortKey: string): string | null =>
  sortKey.startsWith(NOTIFICATION) ? sortKey.slice(NOTIFICATION.length) : null;

export const DELIVERY_PREFIX = DELIVERY;

export const deliveryKey = (notificationId: string, deliveryId: string): Key => ({
  pk: notificationPartition(notificationId),
  sk: `${DELIVERY}${deliveryId}`,
});

/** The range of sort keys of a notification's deliveries and the notification itself, in this order. */
export const NOTIFICATION_WITH_DELIVERIES = { from: DELIVERY, to: SORT_KEY.notification } as const;

const HISTORY = 'HISTORY#';

/** The sort key of an entry of a product's history, or of a time: entries sort by time (ISO 8601), then by version. */
export const historySortKey = (position: string): string => `${HISTORY}${position}`;

/** The key of a change of the default gate in the settings, which sorts by time as a product's history does. */
export const gateChangeKey = (created: string, gateVersion: number): Key => ({
  pk: SETTINGS_KEY.pk,
  sk: historySortKey(`${created}#${gateVersion}`),
});

/** The position in a sort key of `historySortKey`. */
export const historyPosition = (sortKey: string): string => sortKey.slice(HISTORY.length);

/** The key of the unread counters of a product. */
export const unreadCountersKey = (productId: string): Key => ({ pk: productPartition(productId), sk: 'UNREAD' });

/** The key of the number of a product's notifications that a user has viewed. */
export const viewedCountKey = (productId: string, user: string): Key => ({
  pk: productPartition(productId),
  sk: `${VIEWED}${user}`,
});

/** Prefixes of sort keys: of notification entries in a product's partition, and of viewed marks in a user's. */
export const NOTIFICATION_PREFIX = NOTIFICATION;
export const VIEWED_PREFIX = VIEWED;

export const userPartition = (user: string): string => `${USER}${user}`;

/** The key of the item that says up to which notification a user has marked all as viewed. */
export const viewedUpToKey = (user: string): Key => ({ pk: userPartition(user), sk: 'VIEWED_UP_TO' });

/** The key of a viewed mark in the user's partition, for lists. */
export const viewedKey = (user: string, notificationId: string): Key => ({
  pk: userPartition(user),
  sk: `${VIEWED}${notificationId}`,
});

/** The key of a viewed mark in the notification's partition, for its deletion. */
export const viewerKey = (notificationId: string, user: string): Key => ({
  pk: notificationPartition(notificationId),
  sk: `${VIEWED}${user}`,
});

/** The user in a sort key of `viewerKey`, or the notification id in one of `viewedKey`; null for other keys. */
export const viewedOf = (sortKey: string): string | null =>
  sortKey.startsWith(VIEWED) ? sortKey.slice(VIEWED.length) : null;

/** Spreads items evenly over partitions, as the end of their ids is random. */
const shardOf = (id: string, shards: number): number => (id.codePointAt(id.length - 1) ?? 0) % shards;

/** Partitions of the timeline. At 1,000 notifications a second each uses a third of a partition's write limit. */
const SHARDS = 3;

export const TIMELINE_SHARDS = Array.from({ length: SHARDS }, (_, shard) => `TIMELINE#${shard}`);

const FAN_OUT = 'FAN_OUT#';

/** What a notification waits for until its deliveries are created. */
export const fanOutPartition = (notificationId: string): string => `${FAN_OUT}${shardOf(notificationId, 8)}`;

/** Whether notifications without deliveries wait there, and not deliveries. */
export const isFanOutPartition = (waitingFor: string): boolean => waitingFor.startsWith(FAN_OUT);

/** The partition of the index of failed deliveries. One is enough: few fail, and a target's at most 2,000 at a time. */
export const FAILED = 'FAILED';

/** The ids in the key of a delivery; null for other keys. */
export const parseDeliveryKey = ({ pk, sk }: Key): { notification_id: string; delivery_id: string } | null =>
  pk.startsWith(NOTIFICATION) && sk.startsWith(DELIVERY)
    ? { notification_id: pk.slice(NOTIFICATION.length), delivery_id: sk.slice(DELIVERY.length) }
    : null;

/** The id in the key of a notification, without a delivery; null for other keys. */
export const parseNotificationKey = ({ pk, sk }: Key): { notification_id: string; delivery_id: null } | null =>
  pk.startsWith(NOTIFICATION) && sk === SORT_KEY.notification
    ? { notification_id: pk.slice(NOTIFICATION.length), delivery_id: null }
    : null;

/** Partitions of each order of products. Two allow 1,000 products a second to change. */
const LISTS = 2;

const productList = (shard: number): string => `PRODUCTS#${shard}`;

export const PRODUCT_LISTS = Array.from({ length: LISTS }, (_, shard) => productList(shard));

/**
 * A position in a list of products. The id makes it unique, after a line end, which sorts before all that a name contains. A
 * sort key has up to 1,024 bytes, and a folded name can be longer.
 */
const positionIn = (text: string, id: string): string => `${text.slice(0, 255).toWellFormed()}\n${id}`;

export const changeOrder = ({ id, updated }: { readonly id: string; readonly updated: string }): string =>
  positionIn(updated, id);

/** The attributes by which a product is listed. */
export const listAttributes = ({ id, name, updated }: Readonly<Record<'id' | 'name' | 'updated', string>>) => ({
  listed_in: productList(shardOf(id, LISTS)),
  name_order: positionIn(searchedName(name), id),
  change_order: changeOrder({ id, updated }),
  searched_name: searchedName(name),
});

/** The partition of the timeline that a notification is in. */
export const timelineShard = (notificationId: string): string => `TIMELINE#${shardOf(notificationId, SHARDS)}`;
