import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { INDEX } from '../../contract.ts';
import { notificationIdOfEntry } from '../../keys.ts';
import type { PageRequest, PageWithUnreadable } from '../../platform/dynamodb/page.ts';
import { parseEach } from '../../platform/dynamodb/parse-items.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import { oldestIdAt } from '../../platform/sortable-id.ts';
import { notificationSchema } from '../model.ts';
import type { Deletable } from './delete.ts';

const deletableSchema = z.pick(notificationSchema, { id: true, type: true, product_id: true });

/** Notifications in a partition of the timeline, after an id, from before a time. */
type OlderThan = PageRequest & { readonly shard: string; readonly before: Date };

/** Reads a page of a timeline partition's notifications from before a time, oldest first. */
export const listOlderThan = async (
  table: Table,
  { shard, before, after, limit }: OlderThan,
): Promise<PageWithUnreadable<Deletable>> => {
  const { name, partitionKey, sortKey } = INDEX.timeline;
  const query = new QueryCommand({
    TableName: table.name,
    IndexName: name,
    KeyConditionExpression: '#shard = :shard AND #id BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#shard': partitionKey, '#id': sortKey },
    ExpressionAttributeValues: {
      ':shard': shard,
      // No id is between an id and the same with one more character.
      ':from': after === null ? '0' : `${after}0`,
      ':to': oldestIdAt(before.getTime()),
    },
    Limit: limit,
  });
  const { Items = [], LastEvaluatedKey } = await table.client.send(query);
  const { entities, unreadable } = await parseEach(table, Items, (item) => deletableSchema.parse(item));
  const idOf = (pk: unknown) => notificationIdOfEntry(String(pk));
  return {
    entries: entities,
    unreadable: unreadable.flatMap(({ pk }) => idOf(pk) ?? []),
    next: LastEvaluatedKey === undefined ? null : idOf(LastEvaluatedKey['pk']),
  };
};
