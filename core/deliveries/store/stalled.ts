import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { INDEX } from '../../contract.ts';
import { deliveryKey, notificationKey, parseDeliveryKey, parseNotificationKey } from '../../keys.ts';
import { type Notification, notificationSchema } from '../../notifications/model.ts';
import { readItems } from '../../platform/dynamodb/read-items.ts';
import { isConditionFailure, type Table } from '../../platform/dynamodb/table.ts';

/** When the sweeper checks an item next, and how often it found it stalled. */
type Sweep = { readonly sweep_at: string; readonly sweeps: number };

/** A delivery that should have been settled or retried by `sweep_at`, or a notification without deliveries (`delivery_id` null). */
export type Stalled = Sweep & { readonly notification_id: string; readonly delivery_id: string | null };

/** Deliveries that are requeued together. */
const PAGE = 50;

const entrySchema = z.object({ pk: z.string(), sk: z.string(), sweep_at: z.string(), sweeps: z._default(z.int(), 0) });

/** `end`: the position after which the next page begins; undefined on the last page. */
export type StalledPage = { readonly stalled: readonly Stalled[]; readonly end: Record<string, unknown> | undefined };

/** Items that are due by `upTo`, or those due after `beyond`; ISO 8601. */
export type SweepRange = { readonly upTo: string } | { readonly beyond: string };

/** Reads a page of a partition of the sweeper's index in a range of times, earliest first. */
export const listStalled = async (
  table: Table,
  { shard, range, start }: { readonly shard: string; readonly range: SweepRange; readonly start: StalledPage['end'] },
): Promise<StalledPage> => {
  const [comparison, time] = 'upTo' in range ? ['<=', range.upTo] : ['>', range.beyond];
  const query = {
    TableName: table.name,
    IndexName: INDEX.sweep.name,
    KeyConditionExpression: `${INDEX.sweep.partitionKey} = :shard AND ${INDEX.sweep.sortKey} ${comparison} :time`,
    ExpressionAttributeValues: { ':shard': shard, ':time': time },
    Limit: PAGE,
    ExclusiveStartKey: start,
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const stalled = Items.map((item) => entrySchema.parse(item)).flatMap(({ pk, sk, sweep_at, sweeps }) => {
    const named = parseDeliveryKey({ pk, sk }) ?? parseNotificationKey({ pk, sk });
    return named === null ? [] : [{ ...named, sweep_at, sweeps }];
  });
  return { stalled, end: LastEvaluatedKey };
};

/** Records when the sweeper checks the item next. `overtaken`: the item was changed or deleted in the meantime. */
export const recordSweep = async (
  table: Table,
  { stalled, next }: { readonly stalled: Stalled; readonly next: Sweep },
): Promise<'recorded' | 'overtaken'> => {
  const { notification_id, delivery_id, sweep_at } = stalled;
  const update = {
    TableName: table.name,
    Key: delivery_id === null ? notificationKey(notification_id) : deliveryKey(notification_id, delivery_id),
    UpdateExpression: 'SET sweep_at = :next, sweeps = :sweeps',
    ConditionExpression: 'sweep_at = :seen',
    ExpressionAttributeValues: { ':next': next.sweep_at, ':sweeps': next.sweeps, ':seen': sweep_at },
  };
  try {
    await table.client.send(new UpdateCommand(update));
    return 'recorded';
  } catch (error) {
    if (isConditionFailure(error)) return 'overtaken';
    throw error;
  }
};

/** Reads notifications consistently. Returns a lookup, which is null for a deleted one and throws for an unreadable one. */
export const readNotifications = async (
  table: Table,
  ids: readonly string[],
): Promise<(id: string) => Notification | null> => {
  const find = await readItems(table, ids.map(notificationKey));
  return (id) => {
    const found = find(notificationKey(id));
    return found === undefined ? null : notificationSchema.parse(found);
  };
};
