import { FANNED_OUT, INDEX } from '../../contract.ts';
import { notificationKey } from '../../keys.ts';
import { NOTIFICATION_EXISTS } from '../../notifications/store/tombstone.ts';
import type { Operation, Table } from '../../platform/dynamodb/table.ts';
import { type Operations, transact } from '../../platform/dynamodb/transact.ts';
import { type Delivery, type DeliveryName, deliveryName } from '../model.ts';
import { deliveryItem } from './delivery-item.ts';

/**
 * Writes the deliveries of a notification, marks it as fanned out and removes it from the index of what waits, in one transaction.
 * `refused`: the notification doesn't exist, or was fanned out before.
 */
export const recordFanOut = async (
  table: Table,
  { notificationId, deliveries, now }: { notificationId: string; deliveries: readonly Delivery[]; now: Date },
): Promise<'written' | 'refused'> => {
  const notification: Operation = {
    Update: {
      TableName: table.name,
      Key: notificationKey(notificationId),
      UpdateExpression: `SET ${FANNED_OUT} = :now REMOVE ${INDEX.waiting.partitionKey}, ${INDEX.waiting.sortKey}, sweeps`,
      ConditionExpression: `${NOTIFICATION_EXISTS} AND attribute_not_exists(${FANNED_OUT})`,
      ExpressionAttributeValues: { ':now': now.toISOString() },
    },
  };
  const put = { TableName: table.name, ConditionExpression: 'attribute_not_exists(pk)' };
  const creations = deliveries.map(
    (delivery): Operations<DeliveryName> => ({
      [deliveryName(delivery)]: { Put: { ...put, Item: deliveryItem(delivery) } },
    }),
  );
  const outcome = await transact<'notification' | DeliveryName>(table, [{ notification }, ...creations]);
  return outcome.kind;
};
