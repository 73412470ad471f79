import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { isOutdated, keptProduct } from './format.ts';
import { productKey, SETTINGS_KEY } from './keys.ts';
import { replaceProduct } from './products.ts';
import { parseSettings, replaceSettings } from './settings.ts';
import { batchGet, type Table } from './table.ts';

const WRITERS = 10;

/**
 * Writes those of the products anew that are of the format before, as their next version, so that no other writer's change
 * is lost; tells how many. Nothing else about them changes, so nobody is told of it.
 */
export const migrateProducts = async (table: Table, productIds: readonly string[]): Promise<number> => {
  let rewritten = 0;
  let left = productIds;
  while (left.length > 0) {
    const items = await batchGet(table, left.map(productKey));
    const queue = items.filter(isOutdated)[Symbol.iterator]();
    const overtaken: string[] = [];
    const writer = async () => {
      for (const item of queue) {
        const before = keptProduct.parse(item);
        const outcome = await replaceProduct(table, { before, after: { ...before, version: before.version + 1 } });
        if (outcome === 'written') rewritten += 1;
        else overtaken.push(before.id);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    left = overtaken;
  }
  return rewritten;
};

/** The same for the settings; whether they were of the format before. */
export const migrateSettings = async (table: Table): Promise<boolean> => {
  for (;;) {
    const get = { TableName: table.name, Key: SETTINGS_KEY, ConsistentRead: true };
    const { Item: item } = await table.client.send(new GetCommand(get));
    if (item === undefined || !isOutdated(item)) return false;
    const before = parseSettings(item);
    const outcome = await replaceSettings(table, { before, after: { ...before, version: before.version + 1 } });
    if (outcome === 'written') return true;
  }
};
