import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { INDEX } from '../../contract.ts';
import { deliveryKey, deliveryNamed, notificationKey, notificationNamed } from '../../keys.ts';
import { type Notification, notificationSchema } from '../../notifications/model.ts';
import { batchGet, isConditionFailure, type Table } from '../../platform/dynamodb/table.ts';

/** When the sweeper looks at an item, and how often it has looked in vain. */
type Look = { readonly watch_at: string; readonly nudges: number };

/** A delivery that should have been over, or tried again, by `watch_at`; a notification without its deliveries where there is no `delivery_id`. */
export type Stalled = Look & { readonly notification_id: string; readonly delivery_id: string | null };

/** Requeued together. */
const PAGE = 50;

const entrySchema = z.object({ pk: z.string(), sk: z.string(), watch_at: z.string(), nudges: z._default(z.int(), 0) });

/** Where a page ends; none follows where it is undefined. */
export type StalledPage = { readonly stalled: readonly Stalled[]; readonly end: Record<string, unknown> | undefined };

/** Items whose time has come by `upTo`, or those whose time lies after `beyond`; ISO 8601. */
export type WatchRange = { readonly upTo: string } | { readonly beyond: string };

/** Items of a partition of the watch's index in a range of times, the earliest first, from the end of another page. */
export const listStalled = async (
  table: Table,
  { shard, range, start }: { readonly shard: string; readonly range: WatchRange; readonly start: StalledPage['end'] },
): Promise<StalledPage> => {
  const [comparison, time] = 'upTo' in range ? ['<=', range.upTo] : ['>', range.beyond];
  const query = {
    TableName: table.name,
    IndexName: INDEX.watch.name,
    KeyConditionExpression: `${INDEX.watch.partitionKey} = :shard AND ${INDEX.watch.sortKey} ${comparison} :time`,
    ExpressionAttributeValues: { ':shard': shard, ':time': time },
    Limit: PAGE,
    ExclusiveStartKey: start,
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const stalled = Items.map((item) => entrySchema.parse(item)).flatMap(({ pk, sk, watch_at, nudges }) => {
    const named = deliveryNamed({ pk, sk }) ?? notificationNamed({ pk, sk });
    return named === null ? [] : [{ ...named, watch_at, nudges }];
  });
  return { stalled, end: LastEvaluatedKey };
};

/** Notes when the sweeper looks again. `overtaken`: the item went on by itself, or is gone. */
export const noteLook = async (
  table: Table,
  { stalled, next }: { readonly stalled: Stalled; readonly next: Look },
): Promise<'noted' | 'overtaken'> => {
  const { notification_id, delivery_id, watch_at } = stalled;
  const update = {
    TableName: table.name,
    Key: delivery_id === null ? notificationKey(notification_id) : deliveryKey(notification_id, delivery_id),
    UpdateExpression: 'SET watch_at = :next, nudges = :nudges',
    ConditionExpression: 'watch_at = :seen',
    ExpressionAttributeValues: { ':next': next.watch_at, ':nudges': next.nudges, ':seen': watch_at },
  };
  try {
    await table.client.send(new UpdateCommand(update));
    return 'noted';
  } catch (error) {
    if (isConditionFailure(error)) return 'overtaken';
    throw error;
  }
};

/** Reads notifications consistently; finds one: null where it is gone. It throws what the schema refuses, for that one alone. */
export const readNotifications = async (
  table: Table,
  ids: readonly string[],
): Promise<(id: string) => Notification | null> => {
  const items = new Map((await batchGet(table, ids.map(notificationKey))).map((item) => [item['pk'], item]));
  return (id) => {
    const found = items.get(notificationKey(id).pk);
    return found === undefined ? null : notificationSchema.parse(found);
  };
};
