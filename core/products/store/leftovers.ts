import { DeleteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import {
  DELIVERY_PREFIX,
  type Key,
  notificationKey,
  notificationPartition,
  productPartition,
  VIEWED_PREFIX,
  viewedCountKey,
  viewedKey,
  viewedOf,
} from '../../keys.ts';
import { batchDelete, type Operation, type Table } from '../../platform/dynamodb/table.ts';
import { type Operations, transact } from '../../platform/dynamodb/transact.ts';

const leftoverItemSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  product_id: z.optional(z.nullable(z.string())),
  type: z.optional(z.string()),
});
type LeftoverItem = z.infer<typeof leftoverItemSchema>;

/** Maximum number of items that one request lists. */
const LISTED = 300;

type ListRequest = { readonly partition: string; readonly startsWith: string; readonly limit: number };

const list = async (table: Table, { partition, startsWith, limit }: ListRequest): Promise<LeftoverItem[]> => {
  const query = {
    TableName: table.name,
    KeyConditionExpression: `pk = :partition${startsWith === '' ? '' : ' AND begins_with(sk, :start)'}`,
    ExpressionAttributeValues: { ':partition': partition, ...(startsWith === '' ? {} : { ':start': startsWith }) },
    ProjectionExpression: 'pk, sk, product_id, #type',
    ExpressionAttributeNames: { '#type': 'type' },
    ConsistentRead: true,
    Limit: limit,
  };
  const { Items = [] } = await table.client.send(new QueryCommand(query));
  return Items.map((item) => leftoverItemSchema.parse(item));
};

const keyOf = ({ pk, sk }: LeftoverItem): Key => ({ pk, sk });

/** The items left in a deleted product's partition: memberships, entries of notifications, and more. */
export const listLeftovers = async (table: Table, productId: string, limit: number): Promise<Key[]> =>
  (await list(table, { partition: productPartition(productId), startsWith: '', limit })).map(keyOf);

/** A viewed mark of a notification, and the product that counts it under the notification's type. */
type Mark = {
  readonly viewer: Key;
  readonly user: string;
  readonly countedIn: { readonly productId: string; readonly type: string } | null;
};

/** A transaction has up to 100 operations, and a mark needs three. */
const MARKS_TOGETHER = 30;

const discount = (table: Table, { user, countedIn }: Mark): Operation | undefined =>
  countedIn === null
    ? undefined
    : {
        Update: {
          TableName: table.name,
          Key: viewedCountKey(countedIn.productId, user),
          UpdateExpression: 'ADD #type :less',
          // If it was deleted with its product, it must not be created again.
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#type': countedIn.type },
          ExpressionAttributeValues: { ':less': -1 },
        },
      };

type MarkLabel = `${'viewer' | 'viewed' | 'count'} of ${string}`;

const unmark = (table: Table, notificationId: string, mark: Mark): Operations<MarkLabel> => ({
  [`viewer of ${mark.user}`]: {
    Delete: { TableName: table.name, Key: mark.viewer, ConditionExpression: 'attribute_exists(pk)' },
  },
  [`viewed of ${mark.user}`]: { Delete: { TableName: table.name, Key: viewedKey(mark.user, notificationId) } },
  [`count of ${mark.user}`]: discount(table, mark),
});

const clearMarks = async (table: Table, notificationId: string, marks: readonly Mark[]): Promise<void> => {
  let pending = marks;
  while (pending.length > 0) {
    const operations = pending.map((mark) => unmark(table, notificationId, mark));
    const outcome = await transact(table, operations);
    if (outcome.kind === 'written') return;
    const { failed } = outcome;
    pending = pending
      .filter(({ user }) => !failed.has(`viewer of ${user}`))
      .map((mark) => (failed.has(`count of ${mark.user}`) ? { ...mark, countedIn: null } : mark));
  }
};

const clearAllMarks = async (table: Table, notificationId: string): Promise<void> => {
  for (;;) {
    const partition = notificationPartition(notificationId);
    const marks = (await list(table, { partition, startsWith: VIEWED_PREFIX, limit: LISTED })).flatMap((found) => {
      const user = viewedOf(found.sk);
      const { product_id: productId = null, type } = found;
      const countedIn = productId === null || type === undefined ? null : { productId, type };
      return user === null ? [] : [{ viewer: keyOf(found), user, countedIn }];
    });
    if (marks.length === 0) return;
    for (let start = 0; start < marks.length; start += MARKS_TOGETHER) {
      await clearMarks(table, notificationId, marks.slice(start, start + MARKS_TOGETHER));
    }
  }
};

const clearDeliveries = async (table: Table, notificationId: string): Promise<void> => {
  for (;;) {
    const partition = notificationPartition(notificationId);
    const deliveries = await list(table, { partition, startsWith: DELIVERY_PREFIX, limit: LISTED });
    if (deliveries.length === 0) return;
    await batchDelete(table, deliveries.map(keyOf));
  }
};

/**
 * Deletes the deliveries and viewed marks of a deleted notification. No new ones appear, because writing them requires the
 * notification. Safe to repeat.
 */
export const clearNotification = async (table: Table, notificationId: string): Promise<void> => {
  await clearDeliveries(table, notificationId);
  await clearAllMarks(table, notificationId);
};

/** Deletes a notification of a deleted product with its deliveries and viewed marks. */
export const removeNotification = async (table: Table, notificationId: string): Promise<void> => {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: notificationKey(notificationId) }));
  await clearNotification(table, notificationId);
};
