import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { marshall } from '@aws-sdk/util-dynamodb';
import { INDEX, TABLE } from '../core/contract.ts';
import type { Item, Table } from '../core/platform/dynamodb/table.ts';
import { startDynamodb } from '../packages/cdk-local/src/engines/dynamodb.ts';
import { makeMemoryFolder } from '../packages/cdk-local/src/engines/memory-folder.ts';
import { createTable, openTable, PROJECTED } from './table.ts';

const TABLE_NAME = 'bulk';
const ENGINE = { sweepIntervalMs: 3_600_000, log: () => {} };

type Attributes = Record<string, { S: string } | object>;

/** How the engine writes a key, or null for an item without it. */
const keyText = (item: Item, attribute: string): string | null => {
  const value = item[attribute];
  return typeof value === 'string' ? `S:${value}` : null;
};

const INDEXES = Object.values(INDEX).map((index) => ({
  ...index,
  attributes: [TABLE.partitionKey, TABLE.sortKey, index.partitionKey, index.sortKey, ...(PROJECTED[index.name] ?? [])],
}));

/** Writes items where the engine itself would: a table for the items, one for each index with what it projects. */
const fill = (database: DatabaseSync, items: Iterable<Item>): void => {
  database.exec('PRAGMA synchronous = OFF');
  database.exec('BEGIN');
  const put = database.prepare(`INSERT INTO "${TABLE_NAME}" (pk, sk, item_json, item_size) VALUES (?, ?, ?, ?)`);
  const indexes = INDEXES.map((index) => ({
    ...index,
    put: database.prepare(`INSERT INTO "${TABLE_NAME}::gsi::${index.name}" VALUES (?, ?, ?, ?, ?)`),
  }));
  for (const item of items) {
    const attributes: Attributes = marshall(item, { removeUndefinedValues: true, convertTopLevelContainer: false });
    const [pk, sk] = [keyText(item, TABLE.partitionKey), keyText(item, TABLE.sortKey)];
    if (pk === null || sk === null) throw new Error('An item has no key');
    const json = JSON.stringify(attributes);
    put.run(pk, sk, json, json.length);
    for (const { partitionKey, sortKey, attributes: names, put: index } of indexes) {
      const [indexPk, indexSk] = [keyText(item, partitionKey), keyText(item, sortKey)];
      if (indexPk === null || indexSk === null) continue;
      const projected = names.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]]));
      index.run(indexPk, indexSk, pk, sk, JSON.stringify(Object.fromEntries(projected)));
    }
  }
  database.exec('COMMIT');
};

/** A table, and the address of its engine. */
type BulkTable = { readonly table: Table; readonly url: string; stop(): Promise<void> };

/**
 * A table of very many items. They are written into the engine's file past the engine, which is twenty times faster than
 * its own import; should another version of it keep items otherwise, it finds none or does not start, and tests fail.
 */
export const startBulkTable = async (items: Iterable<Item>): Promise<BulkTable> => {
  // In memory where there is enough: SQLite waits for a disk.
  const folder = (await makeMemoryFolder()) ?? mkdtempSync(join(tmpdir(), 'gatebell-bulk-'));
  const file = join(folder, 'data.db');
  const empty = await startDynamodb({ file, ...ENGINE });
  const maker = openTable(empty.url, TABLE_NAME);
  await createTable(maker);
  maker.client.destroy();
  await empty.stop();
  const database = new DatabaseSync(file);
  fill(database, items);
  database.close();
  const engine = await startDynamodb({ file, ...ENGINE });
  const table = openTable(engine.url, TABLE_NAME);
  return {
    table,
    url: engine.url,
    async stop() {
      table.client.destroy();
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
