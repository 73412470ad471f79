import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DELIVERY_PREFIX, deliveryKey, notificationKey, notificationPartition } from '../../keys.ts';
import { type Notification, notificationSchema } from '../../notifications/model.ts';
import { isTombstone } from '../../notifications/store/tombstone.ts';
import { parseEach } from '../../platform/dynamodb/parse-items.ts';
import { type FindItem, readItems } from '../../platform/dynamodb/read-items.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import type { Delivery, DeliveryRef } from '../model.ts';
import { parseDelivery } from './delivery-item.ts';

/** Lists the deliveries of a notification in order of their ids. They always fit into one page. */
export const listDeliveries = async (table: Table, notificationId: string): Promise<Delivery[]> => {
  const query = {
    TableName: table.name,
    KeyConditionExpression: 'pk = :notification AND begins_with(sk, :delivery)',
    ExpressionAttributeValues: { ':notification': notificationPartition(notificationId), ':delivery': DELIVERY_PREFIX },
    ConsistentRead: true,
  };
  const { Items = [] } = await table.client.send(new QueryCommand(query));
  return [...(await parseEach(table, Items, parseDelivery)).entities];
};

/** The notifications among items that were read: null for a deleted one. Throws for an unreadable one. */
export const findNotificationIn =
  (find: FindItem) =>
  (id: string): Notification | null => {
    const found = find(notificationKey(id));
    return found === undefined || isTombstone(found) ? null : notificationSchema.parse(found);
  };

/** Reads notifications consistently. Returns a lookup, which is null for a deleted one and throws for an unreadable one. */
export const readNotifications = async (
  table: Table,
  ids: readonly string[],
): Promise<(id: string) => Notification | null> => findNotificationIn(await readItems(table, ids.map(notificationKey)));

/** Reads a delivery consistently; null if it doesn't exist. Throws if it can't be parsed. */
export const readDelivery = async (table: Table, ref: DeliveryRef): Promise<Delivery | null> => {
  const get = {
    TableName: table.name,
    Key: deliveryKey(ref.notification_id, ref.delivery_id),
    ConsistentRead: true,
  };
  const { Item } = await table.client.send(new GetCommand(get));
  return Item === undefined ? null : parseDelivery(Item);
};

/** A delivery with its notification. */
export type LoadedDelivery = { readonly delivery: Delivery; readonly notification: Notification };

/** Reads a delivery and its notification in one request; null if one of the two doesn't exist. */
export const readLoadedDelivery = async (table: Table, ref: DeliveryRef): Promise<LoadedDelivery | null> => {
  const keys = [deliveryKey(ref.notification_id, ref.delivery_id), notificationKey(ref.notification_id)] as const;
  const find = await readItems(table, keys);
  const [delivery, notification] = [find(keys[0]), findNotificationIn(find)(ref.notification_id)];
  return delivery === undefined || notification === null ? null : { delivery: parseDelivery(delivery), notification };
};

/** Reads deliveries in their order; null for those that don't exist. Throws for one that can't be parsed. */
export const readDeliveries = async (table: Table, refs: readonly DeliveryRef[]): Promise<(Delivery | null)[]> => {
  const keys = refs.map(({ notification_id, delivery_id }) => deliveryKey(notification_id, delivery_id));
  const find = await readItems(table, keys);
  return keys.map((key) => {
    const item = find(key);
    return item === undefined ? null : parseDelivery(item);
  });
};
