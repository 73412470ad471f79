import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { productKey, SETTINGS_KEY } from '../../keys.ts';
import { itemsAt, readItems } from '../../platform/dynamodb/read-items.ts';
import { readEach } from '../../platform/dynamodb/readable.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import type { Product } from '../../products/model.ts';
import { replaceProduct } from '../../products/store/products.ts';
import type { StoredWebhook, WebhookPlace } from '../../secrets/model.ts';
import type { Settings } from '../../settings/model.ts';
import { replaceSettings } from '../../settings/store.ts';
import { outdatedProduct, outdatedSettings } from './format.ts';

const WRITERS = 10;

/** Seals a webhook that is still in clear. */
export type SealClear = (kept: StoredWebhook | null, place: WebhookPlace) => Promise<StoredWebhook | null>;

const migratedProduct = async (product: Product, seal: SealClear): Promise<Product> => ({
  ...product,
  version: product.version + 1,
  notification_ms_teams_webhook: await seal(product.notification_ms_teams_webhook, {
    productId: product.id,
    channel: 'ms_teams',
  }),
  notification_slack_webhook: await seal(product.notification_slack_webhook, {
    productId: product.id,
    channel: 'slack',
  }),
});

/**
 * Writes those of the products anew that are of the format before, as their next version, so that no other writer's change
 * is lost; tells how many. To whom they tell what stays, so nobody is told of it.
 */
export const migrateProducts = async (
  table: Table,
  { productIds, seal }: { readonly productIds: readonly string[]; readonly seal: SealClear },
): Promise<number> => {
  let rewritten = 0;
  let left = productIds;
  while (left.length > 0) {
    const keys = left.map(productKey);
    const find = await readItems(table, keys);
    const items = itemsAt(keys, find);
    const { entities } = await readEach(table, items, outdatedProduct);
    const queue = entities.flatMap((entity) => entity ?? [])[Symbol.iterator]();
    const overtaken: string[] = [];
    const writer = async () => {
      for (const before of queue) {
        const outcome = await replaceProduct(table, { before, after: await migratedProduct(before, seal) });
        if (outcome === 'written') rewritten += 1;
        else overtaken.push(before.id);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    left = overtaken;
  }
  return rewritten;
};

const migratedSettings = async (settings: Settings, seal: SealClear): Promise<Settings> => ({
  ...settings,
  version: settings.version + 1,
  exception_ms_teams_webhook: await seal(settings.exception_ms_teams_webhook, { productId: null, channel: 'ms_teams' }),
  exception_slack_webhook: await seal(settings.exception_slack_webhook, { productId: null, channel: 'slack' }),
});

/** The same for the settings; whether they were to be written. */
export const migrateSettings = async (table: Table, seal: SealClear): Promise<boolean> => {
  for (;;) {
    const get = { TableName: table.name, Key: SETTINGS_KEY, ConsistentRead: true };
    const { Item: item } = await table.client.send(new GetCommand(get));
    const before = item === undefined ? null : outdatedSettings(item);
    if (before === null) return false;
    const after = await migratedSettings(before, seal);
    if ((await replaceSettings(table, { before, after })) === 'written') return true;
  }
};
