import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { INDEX } from '../contract.ts';
import { deliveryKey, deliveryNamed } from './keys.ts';
import { isConditionFailure, type Table } from './table.ts';

/** A delivery that should have been over, or tried again, by `watch_at`. */
export type Resting = {
  readonly notification_id: string;
  readonly delivery_id: string;
  readonly watch_at: string;
  readonly nudges: number;
};

/** Set going together. */
const PAGE = 50;

const entry = z.object({ pk: z.string(), sk: z.string(), watch_at: z.string(), nudges: z._default(z.int(), 0) });

/** Where a page ends; none follows where it is undefined. */
export type RestingPage = { readonly resting: readonly Resting[]; readonly end: Record<string, unknown> | undefined };

/** Deliveries of a partition of the watch's index whose time has passed, the oldest first, from the end of another page. */
export const listResting = async (
  table: Table,
  { shard, before, start }: { readonly shard: string; readonly before: Date; readonly start: RestingPage['end'] },
): Promise<RestingPage> => {
  const query = {
    TableName: table.name,
    IndexName: INDEX.watch.name,
    KeyConditionExpression: `${INDEX.watch.partitionKey} = :shard AND ${INDEX.watch.sortKey} <= :before`,
    ExpressionAttributeValues: { ':shard': shard, ':before': before.toISOString() },
    Limit: PAGE,
    ExclusiveStartKey: start,
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  const resting = Items.map((item) => entry.parse(item)).flatMap(({ pk, sk, watch_at, nudges }) => {
    const named = deliveryNamed({ pk, sk });
    return named === null ? [] : [{ ...named, watch_at, nudges }];
  });
  return { resting, end: LastEvaluatedKey };
};

/** Notes that a delivery was set going, and when to look again. `overtaken`: it went on by itself, or is gone. */
export const noteNudge = async (
  table: Table,
  { resting, next }: { readonly resting: Resting; readonly next: string },
): Promise<'noted' | 'overtaken'> => {
  const update = {
    TableName: table.name,
    Key: deliveryKey(resting.notification_id, resting.delivery_id),
    UpdateExpression: 'SET watch_at = :next, nudges = :nudges',
    ConditionExpression: 'watch_at = :seen',
    ExpressionAttributeValues: { ':next': next, ':nudges': resting.nudges + 1, ':seen': resting.watch_at },
  };
  try {
    await table.client.send(new UpdateCommand(update));
    return 'noted';
  } catch (error) {
    if (isConditionFailure(error)) return 'overtaken';
    throw error;
  }
};
