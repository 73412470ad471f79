import { INDEX } from '../../contract.ts';
import { deliveryKey, FAILED } from '../../keys.ts';
import type { Item } from '../../platform/dynamodb/table.ts';
import { targetName } from '../../targets/target-record.ts';
import { type Delivery, isSettled } from '../model.ts';

/** The partition attributes of the indexes that a delivery is in; null where it is in none. */
const indexAttributes = (delivery: Delivery): Readonly<Record<string, string | null>> => ({
  [INDEX.waiting.partitionKey]: isSettled(delivery) ? null : targetName(delivery.channel, delivery.target_key),
  [INDEX.failedDeliveries.partitionKey]: delivery.status === 'failed' ? FAILED : null,
});

/** The item of a delivery. The keys of indexes are left out of it where they are null. */
export const deliveryItem = ({ settled_at, ...delivery }: Delivery): Item => {
  const keys = Object.entries({ settled_at, ...indexAttributes({ settled_at, ...delivery }) });
  return {
    ...deliveryKey(delivery.notification_id, delivery.delivery_id),
    ...delivery,
    ...Object.fromEntries(keys.filter(([, value]) => value !== null)),
  };
};
