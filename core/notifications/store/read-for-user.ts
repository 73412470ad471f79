import * as z from 'zod/mini';
import type { Role } from '../../access/role.ts';
import { parseRole } from '../../access/store.ts';
import { TABLE } from '../../contract.ts';
import { type Key, memberKey, notificationKey, viewedKey, viewedUpToKey } from '../../keys.ts';
import { parseEach, parseOne } from '../../platform/dynamodb/parse-items.ts';
import { type FindItem, itemsAt, readItems } from '../../platform/dynamodb/read-items.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import { type Notification, notificationSchema } from '../model.ts';
import { isMarkedByAll, VIEWED_NOTHING, type ViewedUpTo } from '../viewed-up-to.ts';
import { isTombstone } from './tombstone.ts';
import { readViewed } from './viewed.ts';
import { viewedUpToIn } from './viewed-up-to.ts';

/** Whether a user has viewed a notification, and the user's role in its product. */
export type ReaderState = { readonly isViewed: boolean; readonly role: Role | null };

/** A notification with its reader's state. */
export type ReadNotification = ReaderState & { readonly notification: Notification };

type NotificationRef = Pick<Notification, 'id' | 'type' | 'product_id'>;

const roleKeys = (user: string, { product_id }: NotificationRef): Key[] =>
  product_id === null ? [] : [memberKey(product_id, user)];

const roleIn = async (
  table: Table,
  find: FindItem,
  { user, productId }: { readonly user: string; readonly productId: string | null },
): Promise<Role | null> =>
  productId === null ? null : await parseOne(table, find(memberKey(productId, user)), parseRole);

/** `withRoles`: false if the roles are known or don't matter. */
type ForUser = { readonly user: string; readonly entries: readonly NotificationRef[]; readonly withRoles: boolean };

/** Notifications by id, the ids of those that can't be parsed, and what the user marked with "all". */
export type ReadForUser = {
  readonly read: ReadonlyMap<string, ReadNotification>;
  readonly viewed: ViewedUpTo;
  readonly unreadable: readonly string[];
};

/** Reads notifications with a user's viewed marks and roles, consistently. Leaves out deleted ones. */
export const readForUser = async (table: Table, { user, entries, withRoles }: ForUser): Promise<ReadForUser> => {
  if (entries.length === 0) return { read: new Map(), unreadable: [], viewed: VIEWED_NOTHING };
  const keys = entries.flatMap((entry) => [notificationKey(entry.id), ...(withRoles ? roleKeys(user, entry) : [])]);
  const [find, marked] = await Promise.all([
    readItems(table, [viewedUpToKey(user), ...keys]),
    readViewed(
      table,
      user,
      entries.map(({ id }) => id),
    ),
  ]);
  const viewed = await viewedUpToIn(table, find, user);
  const read = new Map<string, ReadNotification>();
  const unreadable: string[] = [];
  for (const entry of entries) {
    const item = find(notificationKey(entry.id));
    if (item === undefined || isTombstone(item)) continue;
    const found = await parseOne(table, item, (candidate) => notificationSchema.parse(candidate));
    if (found === null) unreadable.push(entry.id);
    else
      read.set(entry.id, {
        notification: found,
        isViewed: isMarkedByAll(viewed, entry) || marked.has(entry.id),
        role: await roleIn(table, find, { user, productId: entry.product_id }),
      });
  }
  return { read, unreadable, viewed };
};

/** Reads a user's state of one notification. */
export const readReaderState = async (
  table: Table,
  { user, notification }: { readonly user: string; readonly notification: NotificationRef },
): Promise<ReaderState> => {
  const keys = [viewedUpToKey(user), viewedKey(user, notification.id), ...roleKeys(user, notification)];
  const find = await readItems(table, keys);
  const viewed = await viewedUpToIn(table, find, user);
  return {
    isViewed: isMarkedByAll(viewed, notification) || find(viewedKey(user, notification.id)) !== undefined,
    role: await roleIn(table, find, { user, productId: notification.product_id }),
  };
};

const outlineSchema = z.pick(notificationSchema, { id: true, type: true, product_id: true });

/** The fields that determine who may see and delete a notification. */
export type Outline = z.infer<typeof outlineSchema>;

/** Reads the outlines of notifications. Leaves out those that don't exist or can't be parsed. */
export const readOutlines = async (table: Table, ids: readonly string[]): Promise<readonly Outline[]> => {
  const keys = ids.map(notificationKey);
  const find = await readItems(table, keys, [...Object.keys(outlineSchema.shape), TABLE.ttl]);
  const items = itemsAt(keys, find).filter((item) => !isTombstone(item));
  return (await parseEach(table, items, (item) => outlineSchema.parse(item))).entities;
};

/** Reads the roles of a user in products, consistently. Leaves out products in which the user has none. */
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
    const role = await parseOne(table, find(memberKey(id, user)), parseRole);
    if (role !== null) roles.set(id, role);
  }
  return roles;
};
