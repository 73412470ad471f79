import * as z from 'zod/mini';
import type { Role } from '../../access/role.ts';
import { parseRole } from '../../access/store.ts';
import { type Key, memberKey, notificationKey, viewedKey } from '../../keys.ts';
import { type FindItem, itemsAt, readItems } from '../../platform/dynamodb/read-items.ts';
import { readEach, readOne } from '../../platform/dynamodb/readable.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import { type Notification, notificationSchema } from '../model.ts';

/** What a user is to a notification. */
export type ReaderState = { readonly isViewed: boolean; readonly role: Role | null };

/** A notification with what its reader is to it. */
export type ReadNotification = ReaderState & { readonly notification: Notification };

type NotificationRef = { readonly id: string; readonly product_id: string | null };

const roleKeys = (user: string, { product_id }: NotificationRef): Key[] =>
  product_id === null ? [] : [memberKey(product_id, user)];

const readerStateOf = async (
  table: Table,
  find: FindItem,
  user: string,
  notification: NotificationRef,
): Promise<ReaderState> => ({
  isViewed: find(viewedKey(user, notification.id)) !== undefined,
  role:
    notification.product_id === null
      ? null
      : await readOne(table, find(memberKey(notification.product_id, user)), parseRole),
});

/** A user who reads; their roles are not read where they do not matter, or are known. */
type ForUser = { readonly user: string; readonly entries: readonly NotificationRef[]; readonly withRoles: boolean };

/** Notifications by id, and the ids of those that do not parse. */
export type ReadForUser = {
  readonly read: ReadonlyMap<string, ReadNotification>;
  readonly unreadable: readonly string[];
};

/** Reads notifications with a user's marks and roles, consistently, by id; those that are gone are left out. */
export const readForUser = async (table: Table, { user, entries, withRoles }: ForUser): Promise<ReadForUser> => {
  const keys = entries.flatMap((entry) => [
    notificationKey(entry.id),
    viewedKey(user, entry.id),
    ...(withRoles ? roleKeys(user, entry) : []),
  ]);
  const find = await readItems(table, keys);
  const read = new Map<string, ReadNotification>();
  const unreadable: string[] = [];
  for (const entry of entries) {
    const item = find(notificationKey(entry.id));
    if (item === undefined) continue;
    const found = await readOne(table, item, (candidate) => notificationSchema.parse(candidate));
    if (found === null) unreadable.push(entry.id);
    else read.set(entry.id, { notification: found, ...(await readerStateOf(table, find, user, entry)) });
  }
  return { read, unreadable };
};

/** Reads what a user is to one notification. */
export const readReaderState = async (
  table: Table,
  { user, notification }: { readonly user: string; readonly notification: NotificationRef },
): Promise<ReaderState> =>
  readerStateOf(
    table,
    await readItems(table, [viewedKey(user, notification.id), ...roleKeys(user, notification)]),
    user,
    notification,
  );

const outlineSchema = z.pick(notificationSchema, { id: true, type: true, product_id: true });

/** What decides who may see and delete a notification. */
export type Outline = z.infer<typeof outlineSchema>;

/** Reads the outlines of notifications by their ids; those that are not there, or do not parse, are left out. */
export const readOutlines = async (table: Table, ids: readonly string[]): Promise<readonly Outline[]> => {
  const keys = ids.map(notificationKey);
  const find = await readItems(table, keys, Object.keys(outlineSchema.shape));
  const items = itemsAt(keys, find);
  return (await readEach(table, items, (item) => outlineSchema.parse(item))).entities;
};

/** The roles of a user in some products, read consistently; products where there is none are left out. */
export const readRoles = async (
  table: Table,
  { user, productIds }: { readonly user: string; readonly productIds: readonly string[] },
): Promise<ReadonlyMap<string, Role>> => {
  const find = await readItems(
    table,
    productIds.map((id) => memberKey(id, user)),
  );
  const roles = new Map<string, Role>();
  for (const id of productIds) {
    const role = await readOne(table, find(memberKey(id, user)), parseRole);
    if (role !== null) roles.set(id, role);
  }
  return roles;
};
