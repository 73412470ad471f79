import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { INDEX } from '../../contract.ts';
import {
  NOTIFICATION_PREFIX,
  notificationIdOfEntry,
  productNotificationKey,
  productPartition,
  TIMELINE_SHARDS,
  unreadCountersKey,
} from '../../keys.ts';
import type { PageWithUnreadable } from '../../platform/dynamodb/page.ts';
import { parseEach, parseOne } from '../../platform/dynamodb/parse-items.ts';
import { readItems } from '../../platform/dynamodb/read-items.ts';
import type { Item, Table } from '../../platform/dynamodb/table.ts';
import { type NotificationType, notificationSchema, notificationTypeSchema } from '../model.ts';
import { type UnreadEntry, unreadEntries } from '../unread-counters.ts';
import { parseUnreadCounters } from './unread-counters.ts';

/** A notification in a list, before the notification itself is read. Only the timeline has `text`. */
export type Entry = {
  readonly id: string;
  readonly type: NotificationType;
  readonly product_id: string | null;
  readonly text?: { readonly name: string; readonly function: string | null };
};

/** The newest `limit` entries that are older than the id `before`; null begins with the newest. */
export type EntryRange = { readonly before: string | null; readonly limit: number };

/** `next`: the oldest id that the page covers; null if there are no older entries. */
export type EntryPage = PageWithUnreadable<Entry>;

const productEntrySchema = z.object({ sk: z.string(), type: notificationTypeSchema });
const timelineEntrySchema = z.pick(notificationSchema, {
  id: true,
  type: true,
  product_id: true,
  name: true,
  function: true,
});

const queryPage = async (
  table: Table,
  query: Omit<QueryCommandInput, 'TableName' | 'ScanIndexForward'>,
  { parse, idOf }: { readonly parse: (item: Item) => Entry; readonly idOf: (key: Item) => string | null },
): Promise<EntryPage> => {
  const command = new QueryCommand({ TableName: table.name, ScanIndexForward: false, ...query });
  const { Items = [], LastEvaluatedKey } = await table.client.send(command);
  const { entities, unreadable } = await parseEach(table, Items, parse);
  return {
    entries: entities,
    unreadable: unreadable.flatMap((key) => idOf(key) ?? []),
    next: LastEvaluatedKey === undefined ? null : idOf(LastEvaluatedKey),
  };
};

/** Reads the entries of a product's partition, newest first, consistently. */
export const listProductEntries = (
  table: Table,
  { productId, before, limit }: EntryRange & { readonly productId: string },
): Promise<EntryPage> =>
  queryPage(
    table,
    {
      KeyConditionExpression: 'pk = :product AND begins_with(sk, :notification)',
      ExpressionAttributeValues: { ':product': productPartition(productId), ':notification': NOTIFICATION_PREFIX },
      ConsistentRead: true,
      Limit: limit,
      ...(before === null ? {} : { ExclusiveStartKey: productNotificationKey(productId, before) }),
    },
    {
      parse: (item) => {
        const { sk, type } = productEntrySchema.parse(item);
        return { id: sk.slice(NOTIFICATION_PREFIX.length), type, product_id: productId };
      },
      idOf: ({ sk }) => notificationIdOfEntry(String(sk)),
    },
  );

const listShard = (table: Table, shard: string, { before, limit }: EntryRange): Promise<EntryPage> => {
  const { name, partitionKey, sortKey } = INDEX.timeline;
  return queryPage(
    table,
    {
      IndexName: name,
      KeyConditionExpression: `#shard = :shard${before === null ? '' : ' AND #id < :before'}`,
      ExpressionAttributeNames: { '#shard': partitionKey, ...(before === null ? {} : { '#id': sortKey }) },
      ExpressionAttributeValues: { ':shard': shard, ...(before === null ? {} : { ':before': before }) },
      Limit: limit,
    },
    {
      parse: (item) => {
        const { name: title, function: functionName, ...entry } = timelineEntrySchema.parse(item);
        return { ...entry, text: { name: title, function: functionName } };
      },
      idOf: ({ pk }) => notificationIdOfEntry(String(pk)),
    },
  );
};

/** Reads a page of `limit` entries from each partition of the timeline. */
export const listTimeline = (table: Table, stretch: EntryRange): Promise<EntryPage[]> =>
  Promise.all(TIMELINE_SHARDS.map((shard) => listShard(table, shard, stretch)));

/** Entries of a product's counters. `isExhausted`: there may be older notifications, but not in the counters. */
export type CounterPage = { readonly productId: string; readonly page: EntryPage; readonly isExhausted: boolean };

const asEntry =
  (productId: string) =>
  ({ id, type }: UnreadEntry): Entry => ({ id, type, product_id: productId });

/** Reads the newest entries of many products from their counters, in one request for each hundred products. */
export const readCounterPages = async (
  table: Table,
  { productIds, before }: { readonly productIds: readonly string[]; readonly before: string | null },
): Promise<CounterPage[]> => {
  const find = await readItems(table, productIds.map(unreadCountersKey));
  const pageOf = async (productId: string): Promise<CounterPage> => {
    const item = find(unreadCountersKey(productId));
    const counters = await parseOne(table, item, parseUnreadCounters);
    // If it can't be parsed, the caller reads the product's partition instead.
    const isUnreadable = item !== undefined && counters === null;
    const counted = counters === null ? [] : unreadEntries(counters).map(asEntry(productId));
    const entries = counted.filter(({ id }) => before === null || id < before);
    const hasMore = counters !== null && counters.floor !== null;
    const next = hasMore ? (entries.at(-1)?.id ?? null) : null;
    const page = { entries, next, unreadable: [] };
    return { productId, page, isExhausted: isUnreadable || (hasMore && entries.length === 0) };
  };
  return await Promise.all(productIds.map(pageOf));
};
