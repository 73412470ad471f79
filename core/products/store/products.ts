import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Role } from '../../access/role.ts';
import { memberItem, parseRole } from '../../access/store.ts';
import { SORT_KEY } from '../../contract.ts';
import { IN_FORMAT, keptProductSchema, replacing } from '../../formats/store/format.ts';
import type { KeyedReply } from '../../idempotency/model.ts';
import { keepReply } from '../../idempotency/store.ts';
import {
  healthKey,
  type Key,
  memberKey,
  nameKey,
  productIdOf,
  productIndexKey,
  productKey,
  SETTINGS_KEY,
} from '../../keys.ts';
import { readEach, readOne } from '../../platform/dynamodb/readable.ts';
import {
  batchGet,
  type Item,
  isConditionFailure,
  isTransactionConflict,
  type Operation,
  type Table,
  transact,
} from '../../platform/dynamodb/table.ts';
import type { Settings } from '../../settings/model.ts';
import { parseSettings } from '../../settings/store.ts';
import { HEALTHY, type Health } from '../../targets/health.ts';
import { healing, parseHealth } from '../../targets/store/health.ts';
import { foldName, type Product } from '../model.ts';

/** A product, and what is known of its channels where that was read. */
export type StoredProduct = { readonly product: Product; readonly health?: Health };

/** A product as one caller meets it; `role` is null for who is no member. */
export type ProductView = StoredProduct & { readonly role: Role | null };

const isAt = (key: Key) => (item: Item) => item['pk'] === key.pk && item['sk'] === key.sk;

/**
 * Reads a product with the health of its channels, the caller's role in it and the settings that rule now, in one request.
 * Null where there is no such product.
 */
export const readProduct = async (
  table: Table,
  { productId, user }: { readonly productId: string; readonly user: string },
): Promise<(Required<ProductView> & { readonly settings: Settings }) | null> => {
  const keys = [productKey(productId), memberKey(productId, user), SETTINGS_KEY, healthKey(productId)] as const;
  const items = await batchGet(table, keys);
  const found = items.find(isAt(keys[0]));
  if (found === undefined) return null;
  return {
    product: keptProductSchema.parse(found),
    role: await readOne(table, items.find(isAt(keys[1])), parseRole),
    health: (await readOne(table, items.find(isAt(keys[3])), parseHealth)) ?? HEALTHY,
    settings: parseSettings(items.find(isAt(SETTINGS_KEY))),
  };
};

/**
 * Reads products by their ids with the health of their channels, in the order of the ids; ids without a product are left
 * out, and so are products that do not parse: `unreadable` names them.
 */
export const readProducts = async (
  table: Table,
  productIds: readonly string[],
): Promise<{ readonly products: Required<StoredProduct>[]; readonly unreadable: readonly string[] }> => {
  const items = await batchGet(table, [...productIds.map(productKey), ...productIds.map(healthKey)]);
  const isProduct = ({ sk }: Item) => sk === SORT_KEY.product;
  const { entities, unreadable } = await readEach(table, items.filter(isProduct), (item) =>
    keptProductSchema.parse(item),
  );
  const healths = new Map(items.filter((item) => !isProduct(item)).map((item) => [item['pk'], item]));
  const byId = new Map(entities.map((product) => [product.id, product]));
  const products: Required<StoredProduct>[] = [];
  for (const id of productIds) {
    const product = byId.get(id);
    const health = healths.get(healthKey(id).pk);
    if (product !== undefined)
      products.push({ product, health: (await readOne(table, health, parseHealth)) ?? HEALTHY });
  }
  return { products, unreadable: unreadable.flatMap(({ pk }) => productIdOf(pk) ?? []) };
};

const productItem = (product: Product): Item => ({ ...productKey(product.id), ...IN_FORMAT, ...product });

const ifVersion = (version: number) => ({
  ConditionExpression: '#version = :before',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':before': version },
});

const nameItem = (product: Product): Item => ({ ...nameKey(product.name), product_id: product.id });

/** The items of a new product: its own, its name's, its place in the catalogue and its first owner. */
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

/** A product with its first owner, and the reply to keep where the request has an idempotency key. */
type Creation = {
  readonly created: Product;
  readonly owner: string;
  readonly keyed?: KeyedReply | null;
};

/**
 * Writes a new product with its name, its place in the catalogue, its first owner and the kept reply, all or nothing.
 * `key-used`: another request with the same idempotency key was first.
 */
export const createProduct = async (
  table: Table,
  { created, owner, keyed = null }: Creation,
): Promise<'written' | 'name-taken' | 'key-used'> => {
  const kept = keyed === null ? [] : [keepReply(table, keyed, new Date(created.created))];
  const outcome = await transact(table, [
    ...kept,
    takeName(table, created),
    { Put: { TableName: table.name, Item: productItem(created), ConditionExpression: 'attribute_not_exists(pk)' } },
    { Put: { TableName: table.name, Item: productIndexKey(created.id) } },
    { Put: { TableName: table.name, Item: memberItem({ productId: created.id, user: owner, role: 'owner' }) } },
  ]);
  if (outcome.kind === 'done') return 'written';
  return kept.length > 0 && outcome.failed.has(0) ? 'key-used' : 'name-taken';
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

/** The next version of a product; `healed` names channels that it sets again, whose failures are forgotten with it. */
type Replacement = { readonly before: Product; readonly after: Product; readonly healed?: readonly string[] };

/**
 * Writes the next version of a product. `conflict`: it was written or deleted since `before` was read; `name-taken`:
 * another product has the new name. Nothing is written then.
 */
export const replaceProduct = async (
  table: Table,
  { before, after, healed = [] }: Replacement,
): Promise<'written' | 'conflict' | 'name-taken'> => {
  const update = replacing(table, productKey(before.id), { before, after });
  const isRenamed = foldName(before.name) !== foldName(after.name);
  const others = [
    ...(isRenamed ? [releaseName(table, before), takeName(table, after)] : []),
    ...healing(table, { productId: before.id, deliveryIds: healed }),
  ];
  // A transaction costs twice as much.
  if (others.length === 0) return await updateAlone(table, update);
  const outcome = await transact(table, [{ Update: update }, ...others]);
  if (outcome.kind === 'done') return 'written';
  return outcome.failed.has(0) || outcome.failed.has(1) ? 'conflict' : 'name-taken';
};

/** Removes a product, its name and its place in the catalogue. What else it has goes by the clean-up that follows. */
export const deleteProduct = async (table: Table, deleted: Product): Promise<'deleted' | 'conflict'> => {
  const outcome = await transact(table, [
    { Delete: { TableName: table.name, Key: productKey(deleted.id), ...ifVersion(deleted.version) } },
    releaseName(table, deleted),
    { Delete: { TableName: table.name, Key: productIndexKey(deleted.id) } },
  ]);
  return outcome.kind === 'done' ? 'deleted' : 'conflict';
};
