import { DeleteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Notification } from '../domain/notification.ts';
import {
  type Key,
  notificationKey,
  notificationPartition,
  productKey,
  productNotificationKey,
  productPartition,
} from './keys.ts';
import { batchDelete, type Operation, type Table, transact } from './table.ts';

const key = z.object({ pk: z.string(), sk: z.string() });

/**
 * The writes of a new notification. One that concerns a product also gets an entry in the product's partition, and is
 * written only while the product is there: so the clean-up after a product, which reads its partition consistently,
 * finds every one.
 */
export const notificationWrites = (table: Table, notification: Notification): Operation[] => {
  const ifNew = { TableName: table.name, ConditionExpression: 'attribute_not_exists(pk)' };
  const item: Operation = { Put: { ...ifNew, Item: { ...notificationKey(notification.id), ...notification } } };
  if (notification.product_id === null) return [item];
  const { id, product_id } = notification;
  const isThere = { Key: productKey(product_id), ConditionExpression: 'attribute_exists(pk)' };
  return [
    item,
    { Put: { TableName: table.name, Item: productNotificationKey(product_id, id) } },
    { ConditionCheck: { TableName: table.name, ...isThere } },
  ];
};

/** `repeated`: it is there already. `product-gone`: its product was deleted meanwhile, and nothing was written. */
export type NotificationOutcome = 'written' | 'repeated' | 'product-gone';

/** Writes a notification, once however often it is tried. */
export const createNotification = async (table: Table, notification: Notification): Promise<NotificationOutcome> => {
  const outcome = await transact(table, notificationWrites(table, notification));
  if (outcome.kind === 'done') return 'written';
  return outcome.failed.has(0) ? 'repeated' : 'product-gone';
};

/** Keys of a partition, consistently, one request's worth (1 MB) at the most. */
export const listKeys = async (table: Table, partition: string, limit?: number): Promise<Key[]> => {
  const query = {
    TableName: table.name,
    KeyConditionExpression: 'pk = :partition',
    ExpressionAttributeValues: { ':partition': partition },
    ProjectionExpression: 'pk, sk',
    ConsistentRead: true,
    ...(limit === undefined ? {} : { Limit: limit }),
  };
  const { Items = [] } = await table.client.send(new QueryCommand(query));
  return Items.map((item) => key.parse(item));
};

/** What is left in a deleted product's own partition: memberships and entries of notifications, at most `limit`. */
export const listRemains = (table: Table, productId: string, limit: number): Promise<Key[]> =>
  listKeys(table, productPartition(productId), limit);

/**
 * Deletes a notification and all that hangs on it. The notification goes first: without it, fan-out writes no delivery,
 * so that what is listed afterwards is all there will be.
 */
export const deleteNotification = async (table: Table, notificationId: string): Promise<void> => {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: notificationKey(notificationId) }));
  const partition = notificationPartition(notificationId);
  for (let keys = await listKeys(table, partition); keys.length > 0; keys = await listKeys(table, partition)) {
    await batchDelete(table, keys);
  }
};
