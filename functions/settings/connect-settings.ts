import { readGatedProducts } from '../../core/gates/store/gates.ts';
import type { Table } from '../../core/platform/dynamodb/table.ts';
import { listProductIds } from '../../core/products/store/product-index.ts';
import { readProducts } from '../../core/products/store/products.ts';
import { readSettings, replaceSettings } from '../../core/settings/store.ts';
import { readHealth } from '../../core/targets/store/health.ts';
import type { SettingsDeps } from './settings-routes.ts';

/** Connects the settings' routes to the table. */
export const connectSettings = (table: Table): Omit<SettingsDeps, 'webhookPolicy' | 'vault' | 'log'> => ({
  pause: table.pause,
  now: () => new Date(),
  readSettings: () => readSettings(table),
  replaceSettings: (before, after, healed) => replaceSettings(table, { before, after, healed, now: new Date() }),
  listProductIds: (request) => listProductIds(table, { ...request, upTo: null }),
  readGatedProducts: (productIds) => readGatedProducts(table, productIds),
  readProducts: (productIds) => readProducts(table, productIds),
  readHealth: () => readHealth(table, null),
});
