import { INDEX } from '../../contract.ts';
import { deliveryKey, FAILED, parseDeliveryKey } from '../../keys.ts';
import { keyOf } from '../../platform/dynamodb/parse-items.ts';
import { type Item, sparse } from '../../platform/dynamodb/table.ts';
import { targetName } from '../../targets/target-record.ts';
import { type Delivery, deliverySchema, isSettled } from '../model.ts';

/** The partition attributes of the indexes that a delivery is in; null where it is in none. */
const indexAttributes = (delivery: Delivery): Readonly<Record<string, string | null>> => ({
  [INDEX.waiting.partitionKey]: isSettled(delivery) ? null : targetName(delivery.channel, delivery.target_key),
  [INDEX.failedDeliveries.partitionKey]: delivery.status === 'failed' ? FAILED : null,
});

/** The item of a delivery. Its ids are in its key only. */
export const deliveryItem = (delivery: Delivery): Item => {
  const { notification_id, delivery_id, ...attributes } = delivery;
  return sparse({ ...deliveryKey(notification_id, delivery_id), ...attributes, ...indexAttributes(delivery) });
};

/** The delivery of an item. Throws if it can't be parsed. */
export const parseDelivery = (item: Item): Delivery =>
  deliverySchema.parse({ ...item, ...parseDeliveryKey(keyOf(item)) });
