import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { FANNED_OUT, INDEX } from '../../contract.ts';
import { fanOutDueAt } from '../../deliveries/fan-out-due.ts';
import type { Delivery } from '../../deliveries/model.ts';
import { parseDelivery } from '../../deliveries/store/delivery-item.ts';
import {
  DELIVERY_PREFIX,
  fanOutPartition,
  NOTIFICATION_WITH_DELIVERIES,
  notificationKey,
  notificationPartition,
  productNotificationKey,
  timelineShard,
} from '../../keys.ts';
import { parseEach } from '../../platform/dynamodb/parse-items.ts';
import { type Item, sparse, type Table } from '../../platform/dynamodb/table.ts';
import { type Operations, transact } from '../../platform/dynamodb/transact.ts';
import { unavailable } from '../../platform/unavailable.ts';
import { productExists } from '../../products/store/product-exists.ts';
import { type Notification, notificationSchema } from '../model.ts';
import { countedTypeOf, NO_UNREAD, type UnreadCounters, withNotification } from '../unread-counters.ts';
import { isTombstone } from './tombstone.ts';
import { readUnreadCounters, unreadCountersWrite } from './unread-counters.ts';

/** The item of a notification, with its key in the timeline index. */
export const notificationItem = (notification: Notification): Item =>
  sparse({
    ...notificationKey(notification.id),
    [INDEX.timeline.partitionKey]: timelineShard(notification.id),
    ...notification,
  });

/** Until its deliveries are created, a notification is in the index of what waits, in which lost fan-outs are found. */
const awaitingFanOut = ({ id, created }: Notification): Item => ({
  [INDEX.waiting.partitionKey]: fanOutPartition(id),
  [INDEX.waiting.sortKey]: fanOutDueAt(new Date(created), 0),
});

/** The entry of a notification in its product's partition. Small, as hundreds may be read for a page of 25. */
export const entryItem = (productId: string, { id, type }: Pick<Notification, 'id' | 'type'>): Item => ({
  ...productNotificationKey(productId, id),
  type,
});

/** The product that counts a notification, or null. */
export const countedProduct = ({ type, product_id }: Pick<Notification, 'type' | 'product_id'>): string | null =>
  countedTypeOf(type) === null ? null : product_id;

type ProductLabel = 'product' | 'entry' | 'counters';

/** The operations that write a notification. */
export type NotificationLabel = 'notification' | ProductLabel;

const productWrites = (
  table: Table,
  notification: Notification,
  productId: string,
  counters: UnreadCounters | null,
): Operations<ProductLabel> => {
  const type = countedTypeOf(notification.type);
  const after = type === null ? null : withNotification(counters ?? NO_UNREAD, { id: notification.id, type });
  return {
    // A product's counters are deleted with it, so they stand for it where they are written.
    product: counters === null || after === null ? productExists(table, productId) : undefined,
    entry: { Put: { TableName: table.name, Item: entryItem(productId, notification) } },
    counters: after === null ? undefined : unreadCountersWrite(table, productId, { before: counters, after }),
  };
};

/**
 * The operations that write a new notification. They fail if it exists or was deleted. The notification of a product also
 * gets an entry in the product's partition and in its counters, which must be as they were read. It is written only while
 * the product exists, so that the clean-up of a deleted product finds every entry.
 */
export const notificationWrites = (
  table: Table,
  notification: Notification,
  counters: UnreadCounters | null,
): Operations<NotificationLabel> => {
  const absent = { TableName: table.name, ConditionExpression: 'attribute_not_exists(pk)' };
  const { product_id } = notification;
  return {
    notification: { Put: { ...absent, Item: { ...notificationItem(notification), ...awaitingFanOut(notification) } } },
    ...(product_id !== null && productWrites(table, notification, product_id, counters)),
  };
};

/** `repeated`: it exists or was deleted before. `product-deleted`: its product was deleted. Nothing is written then. */
export type NotificationOutcome = 'written' | 'repeated' | 'product-deleted';

/** Writers of the same counters may conflict; in each round at least one of them succeeds. */
const MAX_TRIES = 60;

/** Writes a notification. Safe to repeat: it is written once. */
export const createNotification = async (table: Table, notification: Notification): Promise<NotificationOutcome> => {
  const counted = countedProduct(notification);
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const counters = counted === null ? null : await readUnreadCounters(table, counted);
    const outcome = await transact(table, notificationWrites(table, notification, counters));
    if (outcome.kind === 'written') return 'written';
    if (outcome.failed.has('notification')) return 'repeated';
    if (outcome.failed.has('product')) return 'product-deleted';
    await table.pause(Math.min(attempt, 5));
  }
  throw unavailable('table', `The unread counters of a product changed in each of ${MAX_TRIES} attempts`);
};

/** A notification with its deliveries, and when these were created: null before the fan-out. */
export type StoredNotification = {
  readonly notification: Notification;
  readonly deliveries: readonly Delivery[];
  readonly fannedOutAt: string | null;
  /** The ids of deliveries that can't be parsed. */
  readonly unreadable: readonly string[];
};

const storedNotificationSchema = z.extend(notificationSchema, {
  [FANNED_OUT]: z.optional(notificationSchema.shape.created),
});

/** Reads a notification and its deliveries consistently, in one request; null if it doesn't exist. */
export const readNotification = async (table: Table, notificationId: string): Promise<StoredNotification | null> => {
  const { from, to } = NOTIFICATION_WITH_DELIVERIES;
  const query = {
    TableName: table.name,
    KeyConditionExpression: 'pk = :notification AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':notification': notificationPartition(notificationId), ':from': from, ':to': to },
    ConsistentRead: true,
  };
  const { Items = [] } = await table.client.send(new QueryCommand(query));
  const found = Items.at(-1);
  if (found === undefined || found['sk'] !== to || isTombstone(found)) return null;
  const { [FANNED_OUT]: fannedOutAt = null, ...notification } = storedNotificationSchema.parse(found);
  const { entities, unreadable } = await parseEach(table, Items.slice(0, -1), parseDelivery);
  return {
    notification: notification,
    deliveries: entities,
    fannedOutAt,
    unreadable: unreadable.map(({ sk }) => sk.slice(DELIVERY_PREFIX.length)),
  };
};
