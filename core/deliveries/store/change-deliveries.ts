import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { deliveryKey } from '../../keys.ts';
import { inChunks } from '../../platform/chunks.ts';
import { isConditionFailure, type Table, WRITES_AT_ONCE } from '../../platform/dynamodb/table.ts';
import { type Delivery, type DeliveryName, deliveryName } from '../model.ts';
import { deliveryItem } from './delivery-item.ts';

/** A delivery as it was read, and its next state. */
export type DeliveryChange = { readonly before: Delivery; readonly after: Delivery };

const assignments = ({ before, after }: DeliveryChange) => {
  const [old, item] = [deliveryItem(before), deliveryItem(after)];
  const set = Object.keys(item).filter((name) => JSON.stringify(item[name]) !== JSON.stringify(old[name]));
  const removed = Object.keys(old).filter((name) => !(name in item));
  return { set, removed, item };
};

/** Writes only what changed, which leaves the indexes alone where they don't. */
const write = async (table: Table, change: DeliveryChange): Promise<boolean> => {
  const { set, removed, item } = assignments(change);
  const remove = removed.length === 0 ? '' : ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}`;
  const update = {
    TableName: table.name,
    Key: deliveryKey(change.before.notification_id, change.before.delivery_id),
    UpdateExpression: `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}${remove}`,
    ConditionExpression: '#version = :seen',
    ExpressionAttributeNames: Object.fromEntries(['version', ...set, ...removed].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(set.map((name) => [`:${name}`, item[name]])),
      ':seen': change.before.version,
    },
  };
  try {
    await table.client.send(new UpdateCommand(update));
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
};

/**
 * Writes changes of distinct deliveries, each by itself: a transaction would cost twice as much. Returns those that were changed or deleted since they were read, which are left out.
 * Throws an error when all of its chunk are written.
 */
export const changeDeliveries = async (
  table: Table,
  changes: readonly DeliveryChange[],
): Promise<ReadonlySet<DeliveryName>> => {
  const overtaken = new Set<DeliveryName>();
  for (const chunk of inChunks(changes, WRITES_AT_ONCE)) {
    const written = await Promise.allSettled(chunk.map((change) => write(table, change)));
    for (const [position, result] of written.entries()) {
      const change = chunk[position];
      if (result.status === 'rejected') throw result.reason;
      if (!result.value && change !== undefined) overtaken.add(deliveryName(change.before));
    }
  }
  return overtaken;
};
