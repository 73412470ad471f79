import { storedProductSchema } from '../../formats/store/format.ts';
import { healthKey, notificationKey, productKey, SETTINGS_KEY, suppressedKey } from '../../keys.ts';
import type { Notification } from '../../notifications/model.ts';
import { type FindItem, readItems } from '../../platform/dynamodb/read-items.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import type { Product } from '../../products/model.ts';
import type { Settings } from '../../settings/model.ts';
import { parseSettings } from '../../settings/store.ts';
import type { FindNotified, RouteSubject } from '../../targets/notified-state.ts';
import { parseHealth } from '../../targets/store/health.ts';
import { findNotifiedIn, notifiedKeys } from '../../targets/store/notified.ts';
import { findSuppressedIn } from '../../targets/store/suppressed-addresses.ts';
import type { RoutingContext } from '../resolve.ts';
import { findNotificationIn } from './read-deliveries.ts';

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

/** What is read to route deliveries. */
export type RoutingRequest = {
  readonly productIds: readonly string[];
  readonly addresses?: readonly string[];
  readonly subjects?: readonly RouteSubject[];
  readonly notificationIds?: readonly string[];
};

/** Where deliveries go, what their routes were last notified of, and what was asked for of their notifications. */
export type StoredRouting = RoutingContext & {
  readonly findNotified: FindNotified;
  /** Null for a deleted one and for one that wasn't asked for; throws for one that can't be read. */
  readonly findNotification: (id: string) => Notification | null;
};

/**
 * Reads the settings, the named products, the health of their channels, which of the addresses are suppressed, what routes were
 * last notified of, and the named notifications, in one request (up to 100 items).
 */
export const readRouting = async (
  table: Table,
  { productIds, addresses = [], subjects = [], notificationIds = [] }: RoutingRequest,
): Promise<StoredRouting> => {
  const find = await readItems(table, [
    SETTINGS_KEY,
    ...productIds.map(productKey),
    ...[null, ...productIds].map(healthKey),
    ...addresses.map(suppressedKey),
    ...notifiedKeys(subjects),
    ...notificationIds.map(notificationKey),
  ]);
  return {
    ...sourcesIn(find),
    suppressed: findSuppressedIn(find, addresses),
    healthOf: (productId) => parseHealth(find(healthKey(productId))),
    findNotified: findNotifiedIn(find),
    findNotification: findNotificationIn(find),
  };
};
