import { storedProductSchema } from '../../formats/store/format.ts';
import { healthKey, productKey, SETTINGS_KEY, suppressedKey } from '../../keys.ts';
import { type FindItem, readItems } from '../../platform/dynamodb/read-items.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import type { Product } from '../../products/model.ts';
import type { Settings } from '../../settings/model.ts';
import { parseSettings } from '../../settings/store.ts';
import type { Health } from '../../targets/health.ts';
import { parseHealth } from '../../targets/store/health.ts';
import { findSuppressedIn } from '../../targets/store/suppressed-addresses.ts';
import type { SuppressedAddresses } from '../../targets/suppressed-address.ts';

/** What determines the targets of a notification. */
export type Sources = {
  readonly settings: Settings;
  /** Undefined for a product that doesn't exist. Throws for one that can't be parsed, and for no other. */
  readonly products: Pick<ReadonlyMap<string, Product>, 'get'>;
};

const productsIn = (find: FindItem): Sources['products'] => {
  const parsed = new Map<string, Product>();
  return {
    get: (id) => {
      const item = find(productKey(id));
      const found = parsed.get(id) ?? (item === undefined ? undefined : storedProductSchema.parse(item));
      if (found !== undefined) parsed.set(id, found);
      return found;
    },
  };
};

const sourcesIn = (find: FindItem): Sources => ({
  settings: parseSettings(find(SETTINGS_KEY)),
  products: productsIn(find),
});

/** Reads the settings and the named products in one request. */
export const readSources = async (table: Table, productIds: readonly string[]): Promise<Sources> =>
  sourcesIn(await readItems(table, [SETTINGS_KEY, ...productIds.map(productKey)]));

/** What determines where messages are sent, and the health of the channels there. */
export type RoutingContext = Sources & {
  /** The channels of a product, or of the settings (null). */
  readonly healthOf: (productId: string | null) => Health;
  readonly suppressed: SuppressedAddresses;
};

/**
 * Reads the settings, the named products, the health of their channels, and which of the addresses are suppressed, in one
 * request.
 */
export const readRoutingContext = async (
  table: Table,
  productIds: readonly string[],
  addresses: readonly string[] = [],
): Promise<RoutingContext> => {
  const find = await readItems(table, [
    SETTINGS_KEY,
    ...productIds.map(productKey),
    ...[null, ...productIds].map(healthKey),
    ...addresses.map(suppressedKey),
  ]);
  return {
    ...sourcesIn(find),
    suppressed: findSuppressedIn(find, addresses),
    healthOf: (productId) => parseHealth(find(healthKey(productId))),
  };
};
