import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { DELIVERY_PREFIX, deliveryKey, notificationKey, notificationPartition } from '../../keys.ts';
import { type Notification, notificationSchema } from '../../notifications/model.ts';
import { parseEach } from '../../platform/dynamodb/parse-items.ts';
import { readItems } from '../../platform/dynamodb/read-items.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import { type Delivery, type DeliveryRef, deliverySchema } from '../model.ts';

/** Lists the deliveries of a notification in order of their ids. They always fit into one page. */
export const listDeliveries = async (table: Table, notificationId: string): Promise<Delivery[]> => {
  const query = {
    TableName: table.name,
    KeyConditionExpression: 'pk = :notification AND begins_with(sk, :delivery)',
    ExpressionAttributeValues: { ':notification': notificationPartition(notificationId), ':delivery': DELIVERY_PREFIX },
    ConsistentRead: true,
  };
  const { Items = [] } = await table.client.send(new QueryCommand(query));
  return [...(await parseEach(table, Items, (item) => deliverySchema.parse(item))).entities];
};

/** A delivery with its notification. */
export type LoadedDelivery = { readonly delivery: Delivery; readonly notification: Notification };

/**
 * Reads deliveries and their notifications in one request. Returns a lookup: null if the delivery or its notification doesn't
 * exist. The lookup throws if one of the two can't be parsed.
 */
export const readDeliveries = async (
  table: Table,
  refs: readonly DeliveryRef[],
): Promise<(ref: DeliveryRef) => LoadedDelivery | null> => {
  const keys = refs.flatMap(({ notification_id, delivery_id }) => [
    deliveryKey(notification_id, delivery_id),
    notificationKey(notification_id),
  ]);
  const find = await readItems(table, keys);
  return ({ notification_id, delivery_id }) => {
    const delivery = find(deliveryKey(notification_id, delivery_id));
    const notification = find(notificationKey(notification_id));
    if (delivery === undefined || notification === undefined) return null;
    return { delivery: deliverySchema.parse(delivery), notification: notificationSchema.parse(notification) };
  };
};
