import { productNotificationKey } from '../../keys.ts';
import type { Operation, Table } from '../../platform/dynamodb/table.ts';
import { type Operations, transact } from '../../platform/dynamodb/transact.ts';
import { unavailable } from '../../platform/unavailable.ts';
import type { Notification } from '../model.ts';
import { countedTypeOf, withoutNotifications } from '../unread-counters.ts';
import { NOTIFICATION_EXISTS, tombstoneItem } from './tombstone.ts';
import { readUnreadCountersIfReadable, unreadCountersWrite } from './unread-counters.ts';

/** The fields of a notification that its deletion needs. */
export type Deletable = Pick<Notification, 'id' | 'type' | 'product_id'>;

/** A transaction holds 100 operations: two for each notification, and one for the counters. */
const PER_TRANSACTION = 45;
const MAX_TRIES = 60;

type DeletionLabel = `${'notification' | 'entry'} ${string}`;

const deletion = (table: Table, { id, product_id }: Deletable, now: Date): Operations<DeletionLabel> => {
  const target = { TableName: table.name };
  return {
    [`notification ${id}`]: {
      Put: { ...target, Item: tombstoneItem(id, now), ConditionExpression: NOTIFICATION_EXISTS },
    },
    [`entry ${id}`]:
      product_id === null ? undefined : { Delete: { ...target, Key: productNotificationKey(product_id, id) } },
  };
};

const countersUpdate = async (table: Table, deleted: readonly Deletable[]): Promise<Operation | undefined> => {
  const counted = deleted.flatMap(({ id, type, product_id }) => {
    const countedType = countedTypeOf(type);
    return product_id === null || countedType === null ? [] : [{ id, type: countedType, product_id }];
  });
  const productId = counted[0]?.product_id ?? null;
  const before = productId === null ? null : await readUnreadCountersIfReadable(table, productId);
  // Deleted with the product, or unreadable.
  if (productId === null || before === null) return undefined;
  return unreadCountersWrite(table, productId, { before, after: withoutNotifications(before, counted) });
};

const deleteTogether = async (table: Table, together: readonly Deletable[], now: Date): Promise<string[]> => {
  let pending = together;
  for (let attempt = 1; pending.length > 0; attempt += 1) {
    if (attempt > MAX_TRIES)
      throw unavailable('table', `The unread counters of a product changed in each of ${MAX_TRIES} attempts`);
    if (attempt > 1) await table.pause(Math.min(attempt, 5));
    const deletions = pending.map((deletable) => deletion(table, deletable, now));
    const counters = await countersUpdate(table, pending);
    const outcome = await transact<DeletionLabel | 'counters'>(table, [...deletions, { counters }]);
    if (outcome.kind === 'written') return pending.map(({ id }) => id);
    pending = pending.filter(({ id }) => !outcome.failed.has(`notification ${id}`));
  }
  return [];
};

/** Products processed in parallel; each product's transactions run one after another. */
const SIDE_BY_SIDE = 5;

/**
 * Deletes notifications and writes a tombstone in the place of each, whose stream record starts the clean-up of deliveries and viewed marks.
 * Returns the ids of those that existed.
 */
export const deleteNotifications = async (
  table: Table,
  { notifications, now }: { readonly notifications: readonly Deletable[]; readonly now: Date },
): Promise<string[]> => {
  const queue = Map.groupBy(notifications, ({ product_id }) => product_id).values();
  const deleted: string[] = [];
  const worker = async () => {
    for (const group of queue)
      for (let start = 0; start < group.length; start += PER_TRANSACTION)
        deleted.push(...(await deleteTogether(table, group.slice(start, start + PER_TRANSACTION), now)));
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return deleted;
};
