import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { productIndexKey } from '../../../core/keys.ts';
import { listProductIds } from '../../../core/products/store/product-index.ts';
import { startTestTable, type TestTable } from '../../table.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
  const { client, name } = running.table;
  for (const id of ['a', 'b', 'c', 'd'])
    await client.send(new PutCommand({ TableName: name, Item: productIndexKey(id) }));
});
afterAll(() => running.stop());

test.each([
  { after: null, upTo: null, limit: 3, entries: ['a', 'b', 'c'], next: 'c' },
  { after: 'c', upTo: null, limit: 3, entries: ['d'], next: null },
  { after: 'a', upTo: 'c', limit: 1, entries: ['b'], next: 'b' },
  { after: 'a', upTo: 'c', limit: 2, entries: ['b', 'c'], next: null },
  { after: 'a', upTo: 'c', limit: 3, entries: ['b', 'c'], next: null },
  { after: 'd', upTo: null, limit: 3, entries: [], next: null },
])('$limit after $after up to $upTo are $entries, and then comes $next', async ({ entries, next, ...stretch }) => {
  expect(await listProductIds(running.table, stretch)).toEqual({ entries, next });
});
