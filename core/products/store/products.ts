import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Role } from '../../access/role.ts';
import { memberItem, parseRole } from '../../access/store.ts';
import { IN_FORMAT, replacing, storedProductSchema } from '../../formats/store/format.ts';
import type { KeyedReply } from '../../idempotency/model.ts';
import { storeReply } from '../../idempotency/store.ts';
import {
  healthKey,
  listAttributes,
  memberKey,
  nameKey,
  productIdOf,
  productIndexKey,
  productKey,
  SETTINGS_KEY,
  unreadCountersKey,
} from '../../keys.ts';
import { parseEach, parseOne } from '../../platform/dynamodb/parse-items.ts';
import { itemsAt, readItems } from '../../platform/dynamodb/read-items.ts';
import {
  type Item,
  isConditionFailure,
  isTransactionConflict,
  type Operation,
  type Table,
} from '../../platform/dynamodb/table.ts';
import { transact } from '../../platform/dynamodb/transact.ts';
import type { Settings } from '../../settings/model.ts';
import { parseSettings } from '../../settings/store.ts';
import { HEALTHY, type Health } from '../../targets/health.ts';
import { healing, parseHealth } from '../../targets/store/health.ts';
import { foldName, NO_THRESHOLDS, type Product } from '../model.ts';

/** A product, with the health of its channels if that was read. */
export type StoredProduct = { readonly product: Product; readonly health?: Health };

/** A product with the caller's role; null if the caller isn't a member. */
export type ProductView = StoredProduct & { readonly role: Role | null };

/**
 * Reads a product with the health of its channels, the caller's role, and the current settings, in one request. Null if the
 * product doesn't exist.
 */
export const readProduct = async (
  table: Table,
  { productId, user }: { readonly productId: string; readonly user: string },
): Promise<(Required<ProductView> & { readonly settings: Settings }) | null> => {
  const keys = {
    product: productKey(productId),
    member: memberKey(productId, user),
    health: healthKey(productId),
  } as const;
  const find = await readItems(table, [...Object.values(keys), SETTINGS_KEY]);
  const found = find(keys.product);
  if (found === undefined) return null;
  return {
    product: storedProductSchema.parse(found),
    role: await parseOne(table, find(keys.member), parseRole),
    health: (await parseOne(table, find(keys.health), parseHealth)) ?? HEALTHY,
    settings: parseSettings(find(SETTINGS_KEY)),
  };
};

/**
 * Reads products with the health of their channels, in the order of the ids. Omits ids without a product, and products that
 * can't be parsed, which `unreadable` names.
 */
export const readProducts = async (
  table: Table,
  productIds: readonly string[],
): Promise<{ readonly products: Required<StoredProduct>[]; readonly unreadable: readonly string[] }> => {
  const find = await readItems(table, [...productIds.map(productKey), ...productIds.map(healthKey)]);
  const items = itemsAt(productIds.map(productKey), find);
  const { entities, unreadable } = await parseEach(table, items, (item) => storedProductSchema.parse(item));
  const products: Required<StoredProduct>[] = [];
  for (const product of entities) {
    const health = await parseOne(table, find(healthKey(product.id)), parseHealth);
    products.push({ product, health: health ?? HEALTHY });
  }
  return { products, unreadable: unreadable.flatMap(({ pk }) => productIdOf(pk) ?? []) };
};

const withLists = (product: Product) => ({ ...product, ...listAttributes(product) });

const productItem = (product: Product): Item => {
  const fields = Object.entries(withLists(product)).filter(
    ([name, value]) => value !== null || !(name in NO_THRESHOLDS),
  );
  return { ...productKey(product.id), ...IN_FORMAT, ...Object.fromEntries(fields) };
};

const ifVersion = (version: number) => ({
  ConditionExpression: '#version = :before',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':before': version },
});

const nameItem = (product: Product): Item => ({ ...nameKey(product.name), product_id: product.id });

/** The items of a new product: the product, its name, its entry in the product index, and its first owner. */
export const newProductItems = (created: Product, owner: string): readonly Item[] => [
  productItem(created),
  nameItem(created),
  productIndexKey(created.id),
  memberItem({ productId: created.id, user: owner, role: 'owner' }),
];

const takeName = (table: Table, product: Product): Operation => ({
  Put: {
    TableName: table.name,
    Item: nameItem(product),
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

const releaseName = (table: Table, product: Product): Operation => ({
  Delete: {
    TableName: table.name,
    Key: nameKey(product.name),
    ConditionExpression: 'product_id = :id',
    ExpressionAttributeValues: { ':id': product.id },
  },
});

/** A product with its first owner, and the reply to store if the request has an idempotency key. */
type Creation = {
  readonly created: Product;
  readonly owner: string;
  readonly keyed?: KeyedReply | null;
};

/**
 * Writes a new product with its name, its index entry, its first owner, and the stored reply in one transaction.
 * `key-used`: another request with the same idempotency key was first.
 */
export const createProduct = async (
  table: Table,
  { created, owner, keyed = null }: Creation,
): Promise<'written' | 'name-taken' | 'key-used'> => {
  const put = { TableName: table.name };
  const outcome = await transact(table, {
    reply: keyed === null ? undefined : storeReply(table, keyed, new Date(created.created)),
    name: takeName(table, created),
    product: { Put: { ...put, Item: productItem(created), ConditionExpression: 'attribute_not_exists(pk)' } },
    index: { Put: { ...put, Item: productIndexKey(created.id) } },
    owner: { Put: { ...put, Item: memberItem({ productId: created.id, user: owner, role: 'owner' }) } },
  });
  if (outcome.kind === 'written') return 'written';
  return outcome.failed.has('reply') ? 'key-used' : 'name-taken';
};

const updateAlone = async (table: Table, update: UpdateCommandInput): Promise<'written' | 'conflict'> => {
  try {
    await table.client.send(new UpdateCommand(update));
    return 'written';
  } catch (error) {
    if (isConditionFailure(error) || isTransactionConflict(error)) return 'conflict';
    throw error;
  }
};

/** The next version of a product; `healed` names channels that it sets again: their failures are cleared. */
type Replacement = { readonly before: Product; readonly after: Product; readonly healed?: readonly string[] };

/**
 * Writes the next version of a product. `conflict`: it was written or deleted since `before` was read; `name-taken`:
 * another product has the new name. Nothing is written then.
 */
export const replaceProduct = async (
  table: Table,
  { before, after, healed = [] }: Replacement,
): Promise<'written' | 'conflict' | 'name-taken'> => {
  const update = replacing(table, productKey(before.id), { before: withLists(before), after: withLists(after) });
  const isRenamed = foldName(before.name) !== foldName(after.name);
  const health = healing(table, { productId: before.id, deliveryIds: healed });
  // A transaction costs twice as much.
  if (!isRenamed && health === undefined) return await updateAlone(table, update);
  const outcome = await transact(table, {
    product: { Update: update },
    oldName: isRenamed ? releaseName(table, before) : undefined,
    newName: isRenamed ? takeName(table, after) : undefined,
    health,
  });
  if (outcome.kind === 'written') return 'written';
  return outcome.failed.has('product') || outcome.failed.has('oldName') ? 'conflict' : 'name-taken';
};

/** Removes a product, its name and its place in the catalogue. What else it has goes by the clean-up that follows. */
export const deleteProduct = async (table: Table, deleted: Product): Promise<'deleted' | 'conflict'> => {
  const outcome = await transact(table, {
    product: { Delete: { TableName: table.name, Key: productKey(deleted.id), ...ifVersion(deleted.version) } },
    name: releaseName(table, deleted),
    index: { Delete: { TableName: table.name, Key: productIndexKey(deleted.id) } },
    // With the product, so that no notification is written from now on (`notificationWrites`).
    counters: { Delete: { TableName: table.name, Key: unreadCountersKey(deleted.id) } },
  });
  return outcome.kind === 'written' ? 'deleted' : 'conflict';
};
