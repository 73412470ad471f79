import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import {
  notificationKey,
  unreadCountersKey,
  userPartition,
  VIEWED_PREFIX,
  viewedCountKey,
  viewedKey,
  viewedOf,
  viewerKey,
} from '../../keys.ts';
import { parseOne } from '../../platform/dynamodb/parse-items.ts';
import { readItems } from '../../platform/dynamodb/read-items.ts';
import type { Item, Table } from '../../platform/dynamodb/table.ts';
import { type Operations, transact } from '../../platform/dynamodb/transact.ts';
import type { Notification } from '../model.ts';
import { NO_UNREAD, type UnreadCounters } from '../unread-counters.ts';
import { countedProduct } from './notifications.ts';
import { NOTIFICATION_EXISTS } from './tombstone.ts';
import { parseUnreadCounters } from './unread-counters.ts';

export type Markable = Pick<Notification, 'id' | 'type' | 'product_id'>;

/** A mark has two items: one in the user's partition for lists, one in the notification's partition for its deletion. */
const markItems = (user: string, markable: Markable, now: Date): readonly [Item, Item] => [
  { ...viewedKey(user, markable.id), viewed_at: now.toISOString() },
  { ...viewerKey(markable.id, user), type: markable.type, product_id: countedProduct(markable) },
];

type MarkLabel = `${'notification' | 'viewed' | 'viewer'} ${string}`;

const marking = (table: Table, { user, now }: Marking, markable: Markable): Operations<MarkLabel> => {
  const target = { TableName: table.name };
  const [viewed, viewer] = markItems(user, markable, now);
  const { id } = markable;
  return {
    [`notification ${id}`]: {
      ConditionCheck: { ...target, Key: notificationKey(id), ConditionExpression: NOTIFICATION_EXISTS },
    },
    [`viewed ${id}`]: { Put: { ...target, Item: viewed, ConditionExpression: 'attribute_not_exists(pk)' } },
    [`viewer ${id}`]: { Put: { ...target, Item: viewer } },
  };
};

type CountLabel = `count ${string}`;

const counts = (table: Table, user: string, marked: readonly Markable[]): Operations<CountLabel> =>
  Object.fromEntries(
    [...Map.groupBy(marked, countedProduct)].flatMap(([productId, together]) => {
      if (productId === null) return [];
      const update = {
        TableName: table.name,
        Key: viewedCountKey(productId, user),
        UpdateExpression: 'ADD security_gate :gates, task :tasks',
        ExpressionAttributeValues: {
          ':gates': together.filter(({ type }) => type === 'security_gate').length,
          ':tasks': together.filter(({ type }) => type === 'task').length,
        },
      };
      return [[`count ${productId}`, { Update: update }]];
    }),
  );

/** A transaction holds 100 operations: three for each notification, and one count for each product. */
const PER_TRANSACTION = 25;

export type Marking = { readonly user: string; readonly now: Date };

const markTogether = async (table: Table, marker: Marking, together: readonly Markable[]): Promise<string[]> => {
  const deleted: string[] = [];
  let pending = together;
  while (pending.length > 0) {
    const marks = pending.map((markable) => marking(table, marker, markable));
    const outcome = await transact<MarkLabel | CountLabel>(table, [...marks, counts(table, marker.user, pending)]);
    if (outcome.kind === 'written') return deleted;
    const { failed } = outcome;
    deleted.push(...pending.flatMap(({ id }) => (failed.has(`notification ${id}`) ? [id] : [])));
    pending = pending.filter(({ id }) => !failed.has(`notification ${id}`) && !failed.has(`viewed ${id}`));
  }
  return deleted;
};

/** Marks notifications as viewed by a user, including ones that are marked already. Returns the ids of deleted ones. */
export const markViewed = async (
  table: Table,
  { notifications, ...marking }: Marking & { readonly notifications: readonly Markable[] },
): Promise<string[]> => {
  const deleted: string[] = [];
  for (let start = 0; start < notifications.length; start += PER_TRANSACTION) {
    deleted.push(...(await markTogether(table, marking, notifications.slice(start, start + PER_TRANSACTION))));
  }
  return deleted;
};

const viewedItemSchema = z.object({ sk: z.string() });

type ViewedRange = { readonly user: string; readonly oldest: string; readonly newest: string };

const viewedBetween = (table: Table, { user, oldest, newest }: ViewedRange) => ({
  TableName: table.name,
  KeyConditionExpression: 'pk = :user AND sk BETWEEN :oldest AND :newest',
  ExpressionAttributeValues: {
    ':user': userPartition(user),
    ':oldest': `${VIEWED_PREFIX}${oldest}`,
    ':newest': `${VIEWED_PREFIX}${newest}`,
  },
  ProjectionExpression: 'sk',
});

const viewedIn = (items: readonly Item[]): string[] =>
  items.flatMap((item) => viewedOf(viewedItemSchema.parse(item).sk) ?? []);

/** Lists the notifications between two ids that a user has marked one by one. A request reads 1 MB, about 8,000 marks. */
export const listViewed = async (table: Table, range: ViewedRange): Promise<string[]> => {
  const query: QueryCommandInput = viewedBetween(table, range);
  const viewed: string[] = [];
  let start: Item | undefined;
  do {
    const page = await table.client.send(new QueryCommand({ ...query, ExclusiveStartKey: start }));
    viewed.push(...viewedIn(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return viewed;
};

/**
 * Which of some notifications a user has marked one by one, read consistently. Marks lie side by side, and a query pays for their
 * sizes together; reading them by their keys pays for each, also for those that don't exist. So that is left to a range with more
 * marks than the notifications can have.
 */
export const readViewed = async (table: Table, user: string, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const sorted = ids.toSorted();
  const query = {
    ...viewedBetween(table, { user, oldest: sorted[0] ?? '', newest: sorted.at(-1) ?? '' }),
    ConsistentRead: true,
    Limit: ids.length + 1,
  };
  const { Items = [], LastEvaluatedKey } = await table.client.send(new QueryCommand(query));
  if (LastEvaluatedKey === undefined) return new Set(viewedIn(Items));
  const find = await readItems(
    table,
    ids.map((id) => viewedKey(user, id)),
  );
  return new Set(ids.filter((id) => find(viewedKey(user, id)) !== undefined));
};

const viewedCountSchema = z.object({ security_gate: z.int(), task: z.int() });

/** A product's unread counters, and how many notifications of each type a user has marked one by one. */
export type UnreadState = {
  readonly productId: string;
  readonly counters: UnreadCounters;
  readonly viewed: z.infer<typeof viewedCountSchema>;
};

/** Reads the unread counters of products, and the user's viewed counts, in one request for each fifty products. */
export const readUnreadStates = async (
  table: Table,
  { user, productIds }: { readonly user: string; readonly productIds: readonly string[] },
): Promise<UnreadState[]> => {
  const keys = productIds.flatMap((id) => [unreadCountersKey(id), viewedCountKey(id, user)]);
  const find = await readItems(table, keys);
  const states: UnreadState[] = [];
  for (const productId of productIds) {
    const counters = (await parseOne(table, find(unreadCountersKey(productId)), parseUnreadCounters)) ?? NO_UNREAD;
    const count = find(viewedCountKey(productId, user));
    const viewed = (await parseOne(table, count, (item) => viewedCountSchema.parse(item))) ?? NO_UNREAD.total;
    states.push({ productId, counters, viewed });
  }
  return states;
};
