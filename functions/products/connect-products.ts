import { listMemberships } from '../../core/access/store.ts';
import { readKeyedReply } from '../../core/idempotency/store.ts';
import type { Table } from '../../core/platform/dynamodb/table.ts';
import { readHistory } from '../../core/products/store/history.ts';
import { listAllProducts, readSorted } from '../../core/products/store/list.ts';
import {
  createProduct,
  deleteProduct,
  readProduct,
  readProducts,
  replaceProduct,
} from '../../core/products/store/products.ts';
import { readGateChanges, readSettings } from '../../core/settings/store.ts';
import type { HistoryDeps } from './history-route.ts';
import type { ProductDeps } from './product-routes.ts';

/** Connects the product routes to the table. */
export const connectProducts = (
  table: Table,
  now: () => Date,
): Omit<ProductDeps & HistoryDeps, 'newId' | 'cursors' | 'webhookPolicy' | 'vault' | 'log'> => ({
  now,
  pause: table.pause,
  readProduct: (productId, user) => readProduct(table, { productId, user }),
  readProducts: (productIds) => readProducts(table, productIds),
  readSettings: () => readSettings(table),
  createProduct: (creation) => createProduct(table, creation),
  readKeyedReply: (keyed) => readKeyedReply(table, { ...keyed, now: now() }),
  replaceProduct: (before, after, healed) => replaceProduct(table, { before, after, healed }),
  deleteProduct: (deleted) => deleteProduct(table, deleted),
  readHistory: (range) => readHistory(table, range),
  readGateChanges: (range) => readGateChanges(table, range),
  listAllProducts: (range) => listAllProducts(table, range),
  readSorted: (productIds) => readSorted(table, productIds),
  listMemberships: (user, request) => listMemberships(table, { user, ...request }),
});
