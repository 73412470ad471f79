import { TABLE } from '../../contract.ts';
import { notificationKey, productNotificationKey, tombstoneKey } from '../../keys.ts';
import { failuresByGroup } from '../../platform/dynamodb/operation-groups.ts';
import { type Operation, type Table, transact } from '../../platform/dynamodb/table.ts';
import { unavailable } from '../../platform/unavailable.ts';
import type { Notification } from '../model.ts';
import { withoutNotifications } from '../unread-counters.ts';
import { countedProduct } from './notifications.ts';
import { readUnreadCountersIfReadable, unreadCountersWrite } from './unread-counters.ts';

/** What a deletion has to know of a notification. */
export type Deletable = Pick<Notification, 'id' | 'type' | 'product_id'>;

/** Longer than any stream record is tried again: its cause must not bring a deleted notification back. */
const TOMBSTONE_SECONDS = 7 * 86_400;

/** Three operations each, and a digest: a transaction holds a hundred. */
const TOGETHER = 30;
const MAX_TRIES = 60;

const deletion = (table: Table, { id, product_id }: Deletable, now: Date): Operation[] => {
  const expiresAt = Math.ceil(now.getTime() / 1_000) + TOMBSTONE_SECONDS;
  const target = { TableName: table.name };
  const entry = product_id === null ? [] : [{ Delete: { ...target, Key: productNotificationKey(product_id, id) } }];
  return [
    { Delete: { ...target, Key: notificationKey(id), ConditionExpression: 'attribute_exists(pk)' } },
    { Put: { ...target, Item: { ...tombstoneKey(id), notification_id: id, [TABLE.ttl]: expiresAt } } },
    ...entry,
  ];
};

const digestAfter = async (table: Table, deleted: readonly Deletable[]): Promise<Operation[]> => {
  const digested = deleted.filter((deletable) => countedProduct(deletable) !== null);
  const productId = digested[0]?.product_id ?? null;
  const before = productId === null ? null : await readUnreadCountersIfReadable(table, productId);
  // Gone with its product, or of no use to anyone.
  if (productId === null || before === null) return [];
  const ids = digested.map(({ id }) => id);
  return [unreadCountersWrite(table, productId, { before, after: withoutNotifications(before, ids) })];
};

const deleteTogether = async (table: Table, together: readonly Deletable[], now: Date): Promise<string[]> => {
  let pending = together;
  for (let attempt = 1; pending.length > 0; attempt += 1) {
    if (attempt > MAX_TRIES)
      throw unavailable('table', `The digest of a product was taken by others ${MAX_TRIES} times`);
    if (attempt > 1) await table.pause(Math.min(attempt, 5));
    const groups = pending.map((deletable) => deletion(table, deletable, now));
    const outcome = await transact(table, [...groups.flat(), ...(await digestAfter(table, pending))]);
    if (outcome.kind === 'done') return pending.map(({ id }) => id);
    const failures = failuresByGroup(groups, outcome.failed);
    pending = pending.filter((_, position) => failures[position]?.size === 0);
  }
  return [];
};

/**
 * Deletes notifications of one product, or of none, so that nobody sees them any more, and leaves a tombstone each: its
 * stream record starts the clean-up of what hangs on it. Returns the ids that were there.
 */
export const deleteNotifications = async (
  table: Table,
  { notifications, now }: { readonly notifications: readonly Deletable[]; readonly now: Date },
): Promise<string[]> => {
  const deleted: string[] = [];
  for (let start = 0; start < notifications.length; start += TOGETHER) {
    deleted.push(...(await deleteTogether(table, notifications.slice(start, start + TOGETHER), now)));
  }
  return deleted;
};
