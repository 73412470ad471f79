import { type Key, productKey, SETTINGS_KEY } from '../../keys.ts';
import { keyOf, parseEach } from '../../platform/dynamodb/parse-items.ts';
import { itemsAt, readItems } from '../../platform/dynamodb/read-items.ts';
import { type Item, type Table, updateIf } from '../../platform/dynamodb/table.ts';
import {
  FORMAT,
  type Format,
  type Formatted,
  isOutdated,
  replacing,
  storedProductSchema,
  storedSettingsSchema,
} from './format.ts';

const WRITERS = 10;

/** Items to migrate, and how to read them in a format. */
type Migration<Entity> = {
  readonly keys: readonly Key[];
  readonly format: Format;
  readonly parse: (item: Item) => Entity;
};

/**
 * Rewrites items in the previous format as their next version, and returns their number. An item that someone else wrote in the
 * meantime is read again. Unreadable items are noted and left out.
 */
export const migrateItems = async <Entity extends Formatted>(
  table: Table,
  { keys, format, parse }: Migration<Entity>,
): Promise<number> => {
  let rewritten = 0;
  let left = keys;
  while (left.length > 0) {
    const read = await parseEach(table, itemsAt(left, await readItems(table, left)), (item) => ({
      key: keyOf(item),
      before: parse(item),
    }));
    const queue = read.entities.filter(({ before }) => isOutdated(before, format))[Symbol.iterator]();
    const overtaken: Key[] = [];
    const writer = async () => {
      for (const { key, before } of queue) {
        const after = { ...before, version: before.version + 1 };
        if ((await updateIf(table, replacing(table, key, { before, after, format }))) === null) overtaken.push(key);
        else rewritten += 1;
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    left = overtaken;
  }
  return rewritten;
};

export const migrateProducts = (table: Table, productIds: readonly string[]): Promise<number> =>
  migrateItems(table, {
    keys: productIds.map(productKey),
    format: FORMAT,
    parse: (item) => storedProductSchema.parse(item),
  });

export const migrateSettings = (table: Table): Promise<number> =>
  migrateItems(table, { keys: [SETTINGS_KEY], format: FORMAT, parse: (item) => storedSettingsSchema.parse(item) });
