import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { memberItem } from '../../../core/access/store.ts';
import { readGatedProducts, updateGate } from '../../../core/gates/store/gates.ts';
import { productKey } from '../../../core/keys.ts';
import type { Item, Table } from '../../../core/platform/dynamodb/table.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { newProductItems, readProducts, replaceProduct } from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { writeItems } from '../../../local/seed/write-items.ts';
import { countReads } from '../../read-counter.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { openWorld } from './world.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

const MINUTE_MS = 60_000;
const at = (minute: number) => ({
  user: 'ci',
  settings: DEFAULT_SETTINGS,
  now: new Date(Date.parse('2026-11-24T10:00:00.000Z') + minute * MINUTE_MS),
});
const counts = (critical: number) => ({ critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 });

const idAt = (position: number) => `p${String(position).padStart(4, '0')}`;

/** Products in the order of their names, one a minute, of which olivia owns those that `isHers` names. */
const itemsOf = (names: readonly string[], isHers: (position: number) => boolean): readonly Item[] =>
  names.flatMap((name, position) => {
    const [product = {}, nameItem = {}, index = {}] = newProductItems(
      newProduct(idAt(position), { name }, at(position)),
      'root',
    );
    const member = memberItem({ productId: idAt(position), user: 'olivia', role: 'reader' });
    return [product, nameItem, index, ...(isHers(position) ? [member] : [])];
  });

const opened = async (names: readonly string[], isHers: (position: number) => boolean = () => true) => {
  const table = await running.another();
  await writeItems(table, itemsOf(names, isHers)[Symbol.iterator]());
  const { call } = openWorld(table);
  const pageAt = async (user: string, query: Record<string, string>) => {
    const { status, body } = await call('GET /api/products', { user, isAdministrator: user === 'alice', query });
    expect(status).toBe(200);
    return listedSchema.parse(body);
  };
  return { table, call, pageAt };
};

const listedSchema = z.object({
  results: z.array(z.looseObject({ id: z.string(), name: z.string() })),
  next: z.nullable(z.string()),
});

type PageAt = Awaited<ReturnType<typeof opened>>['pageAt'];

/** The names on all pages of a list; `between` runs after the first one. */
const namesOf = async (
  pageAt: PageAt,
  { user = 'alice', ...query }: Record<string, string>,
  between: () => Promise<unknown> = async () => {},
): Promise<readonly string[]> => {
  const names: string[] = [];
  let next: string | null = null;
  let pages = 0;
  do {
    const page: z.infer<typeof listedSchema> = await pageAt(user, { ...query, ...(next !== null && { cursor: next }) });
    names.push(...page.results.map(({ name }) => name));
    next = page.next;
    pages += 1;
    if (pages === 1) await between();
  } while (next !== null);
  return names;
};

const NAMES = ['zeta', 'Älpha 2', 'alpha', 'Éclair', 'ALPHA 1', 'über', 'Ümlaut', 'Straße', 'strasse 2', 'a', 'Ödland'];
const BY_NAME = [
  'a',
  'alpha',
  'ALPHA 1',
  'Älpha 2',
  'Éclair',
  'Ödland',
  'Straße',
  'strasse 2',
  'über',
  'Ümlaut',
  'zeta',
];

/** A member's few products are sorted by the function, those of an administrator by the index. */
const READERS = ['alice', 'olivia'];

describe.each(READERS)('the products of %s', (user) => {
  it('are sorted by name whatever its case and accents, by creation, and both ways, across pages', async () => {
    const { pageAt } = await opened(NAMES);
    const list = (query: Record<string, string>) => namesOf(pageAt, { user, limit: '2', ...query });
    expect(await list({ order: 'name' })).toEqual(BY_NAME);
    expect(await list({ order: '-name' })).toEqual(BY_NAME.toReversed());
    expect(await list({ order: 'created' })).toEqual(NAMES);
    expect(await list({ order: '-created' })).toEqual(NAMES.toReversed());
    expect(await list({})).toEqual(NAMES.toReversed());
  });

  it('are filtered in each order by a part of the name and by the gate', async () => {
    const { table, pageAt } = await opened(NAMES);
    for (const [position, name] of NAMES.entries()) await report(table, position, name.startsWith('a') ? 1 : 0);
    const list = (query: Record<string, string>) => namesOf(pageAt, { user, limit: '1', ...query });
    expect(await list({ order: 'name', name: 'ALPHA' })).toEqual(['alpha', 'ALPHA 1', 'Älpha 2']);
    expect(await list({ order: '-created', name: 'älp' })).toEqual(['ALPHA 1', 'alpha', 'Älpha 2']);
    expect(await list({ order: 'name', gate: 'failed' })).toEqual(['a', 'alpha']);
    expect(await list({ order: 'created', gate: 'failed', name: 'l' })).toEqual(['alpha']);
    expect(await list({ order: '-updated', gate: 'none' })).toEqual([]);
    await change(table, 0, 60, { security_gate_active: false });
    expect(await list({ order: '-updated', gate: 'none' })).toEqual(['zeta']);
    expect(await list({ order: 'name', name: 'p000' })).toEqual([]);
  });

  it('are sorted by their last change, which is no report of the same counts', async () => {
    const { table, pageAt } = await opened(['one', 'two', 'three', 'four']);
    const list = () => namesOf(pageAt, { user, order: '-updated', limit: '3' });
    expect(await list()).toEqual(['four', 'three', 'two', 'one']);
    await report(table, 0, 0, 10);
    expect(await list(), 'the first report').toEqual(['one', 'four', 'three', 'two']);
    await report(table, 1, 0, 11);
    await report(table, 0, 0, 12);
    expect(await list(), 'the same counts').toEqual(['two', 'one', 'four', 'three']);
    await report(table, 0, 1, 13);
    expect(await list(), 'other counts').toEqual(['one', 'two', 'four', 'three']);
    await change(table, 2, 14, { description: 'new' });
    expect(await list(), 'a field').toEqual(['three', 'one', 'two', 'four']);
    const [gated] = await readGatedProducts(table, [idAt(3)]);
    const settings = { ...DEFAULT_SETTINGS, security_gate_active: false };
    if (gated !== undefined) await updateGate(table, { gated, settings, now: at(15).now });
    expect(await list(), 'a recheck').toEqual(['four', 'three', 'one', 'two']);
  });

  it('changed at one time come in the order of their ids, each once', async () => {
    const names = Array.from({ length: 9 }, (_, position) => `n${position}`);
    const { table, pageAt } = await opened(names);
    for (const position of names.keys()) await report(table, position, 1, 30);
    expect(await namesOf(pageAt, { user, order: 'updated', limit: '2' })).toEqual(names);
    expect(await namesOf(pageAt, { user, order: '-updated', limit: '2' })).toEqual(names.toReversed());
  });

  it('keep their order when some change between pages, and none comes twice, newest change first', async () => {
    const { table, pageAt } = await opened(['one', 'two', 'three', 'four', 'five']);
    const between = async () => {
      await report(table, 4, 1, 20);
      await report(table, 1, 1, 21);
    };
    expect(await namesOf(pageAt, { user, order: '-updated', limit: '2' }, between)).toEqual([
      'five',
      'four',
      'three',
      'one',
    ]);
    expect(await namesOf(pageAt, { user, order: '-updated' })).toEqual(['two', 'five', 'four', 'three', 'one']);
  });

  it('keep their order when one is renamed, deleted, or created between pages', async () => {
    const { table, call, pageAt } = await opened(['b', 'd', 'f', 'h']);
    const between = async () => {
      await change(table, 1, 20, { name: 'z' });
      const path = { product_id: idAt(0) };
      await call('DELETE /api/products/{product_id}', { user: 'alice', isAdministrator: true, path });
      await call('POST /api/products', { user: 'olivia', body: { name: 'e' } });
    };
    expect(await namesOf(pageAt, { user, order: 'name', limit: '2' }, between)).toEqual(['b', 'd', 'e', 'f', 'h', 'z']);
    expect(await namesOf(pageAt, { user, order: 'name' })).toEqual(['e', 'f', 'h', 'z']);
  });

  it('have a cursor that is valid for its order and filters only', async () => {
    const { call, pageAt } = await opened(NAMES);
    const { next } = await pageAt(user, { order: 'name', gate: 'passed', name: 'a', limit: '1' });
    const status = async (query: Record<string, string>) => {
      const all = { limit: '1', cursor: String(next), ...query };
      return (await call('GET /api/products', { user, isAdministrator: user === 'alice', query: all })).status;
    };
    const own = { order: 'name', gate: 'passed', name: 'a' };
    expect(await status(own)).toBe(200);
    for (const order of ['-name', 'updated', 'created']) expect(await status({ ...own, order })).toBe(400);
    expect(await status({ ...own, gate: 'failed' })).toBe(400);
    expect(await status({ ...own, name: 'b' })).toBe(400);
    expect(await status({ order: 'name' })).toBe(400);
  });
});

/** Writes the next version of a product. */
const change = async (table: Table, position: number, minute: number, to: Parameters<typeof reviseProduct>[1]) => {
  const [before] = (await readProducts(table, [idAt(position)])).products;
  if (before === undefined) throw new Error(`There is no product ${position}`);
  const after = reviseProduct(before.product, to, at(minute));
  expect(await replaceProduct(table, { before: before.product, after })).toBe('written');
};

const report = (table: Table, position: number, critical: number, minute = 20) =>
  change(table, position, minute, { observation_counts: counts(critical) });

describe('the products of a member', () => {
  const COUNT = 501;
  const name = (position: number) => `Product ${String((position * 7) % COUNT).padStart(3, '0')}`;
  const all = Array.from({ length: COUNT }, (_, position) => name(position));

  it.each([
    ['few', (position: number) => position % 250 === 0],
    ['many', (position: number) => position % 2 === 0],
  ] as const)('are theirs alone, in each order, with their role, when they are %s', async (_, isHers) => {
    const { pageAt } = await opened(all, isHers);
    const own = all.filter((__, position) => isHers(position));
    const list = (query: Record<string, string>) => namesOf(pageAt, { user: 'olivia', limit: '50', ...query });
    expect(await list({ order: 'name' })).toEqual(own.toSorted());
    expect(await list({ order: '-updated' })).toEqual(own.toReversed());
    expect(await list({ order: 'created' })).toEqual(own);
    expect(await list({ order: 'created', name: '00' })).toEqual(own.filter((each) => each.includes('00')));
    expect(await list({ gate: 'failed' })).toEqual([]);
    const { results } = await pageAt('olivia', { order: 'name' });
    expect(results.every(({ role }) => role === 'reader')).toBe(true);
    expect((await pageAt('nora', { order: 'name' })).results).toEqual([]);
  });

  it('are found by at most four requests a page, as are those of an administrator', async () => {
    const { table, pageAt } = await opened(all, (position) => position < 400);
    const { take } = countReads(table.client);
    for (const user of READERS) {
      for (const order of ['name', '-updated', '-created']) {
        for (const filter of [{}, { name: 'product' }, { name: 'nowhere' }, { gate: 'none' }]) {
          await pageAt(user, { order, ...filter });
          expect(take().requests, `${user} ${order} ${JSON.stringify(filter)}`).toBeLessThanOrEqual(4);
        }
      }
    }
  });
});

describe('a list of all products', () => {
  it('is sorted as the index is where texts have characters of 16 and 32 bits', async () => {
    const names = ['\u{1f600} smile', '\ue000 sign', '\u{1f600} laugh', '\ue001 sign', 'plain', '\u4e00 one'];
    const { pageAt } = await opened(names);
    const sorted = names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    expect(await namesOf(pageAt, { order: 'name', limit: '1' })).toEqual(sorted);
    expect(await namesOf(pageAt, { order: '-name', limit: '1' })).toEqual(sorted.toReversed());
  });

  it('has its order where one partition was searched further than the other', async () => {
    // The first half of the names is in one partition, and a page with one row searches forty names of each.
    const names = Array.from({ length: 120 }, (_, position) => {
      const rank = Math.floor(position / 2) + (position % 2) * 60;
      return `n${String(rank).padStart(3, '0')}${rank === 50 || rank === 70 ? ' hit' : ''}`;
    });
    const { pageAt } = await opened(names);
    expect(await namesOf(pageAt, { order: 'name', name: 'hit', limit: '1' })).toEqual(['n050 hit', 'n070 hit']);
    expect(await namesOf(pageAt, { order: '-name', name: 'hit', limit: '1' })).toEqual(['n070 hit', 'n050 hit']);
  });

  it('takes names that are longer than a key when they are folded', async () => {
    // One character that stands for eighteen.
    const names = ['\ufdfa'.repeat(255), `${'\ufdfa'.repeat(254)}a`, 'b'];
    const { pageAt } = await opened(names);
    expect(await namesOf(pageAt, { order: 'name', limit: '1' })).toEqual(['b', names[0], names[1]]);
    expect(await namesOf(pageAt, { order: 'name', name: 'A' })).toEqual([names[1]]);
  });

  it('shows no product that an entry of the index wrongly has with its gate', async () => {
    const { table, pageAt } = await opened(['one']);
    const spoil = { UpdateExpression: 'SET searched_name = :name', ExpressionAttributeValues: { ':name': 'two' } };
    await table.client.send(new UpdateCommand({ TableName: table.name, Key: productKey(idAt(0)), ...spoil }));
    expect(await namesOf(pageAt, { order: 'name', name: 'two' })).toEqual([]);
  });

  it.each(['', 'Name', 'id', 'name,updated'])(
    'is not in the order %j, which is answered with those that are',
    async (order) => {
      const { call } = await opened([]);
      const answer = await call('GET /api/products', { user: 'olivia', query: { order } });
      expect(answer).toMatchObject({
        status: 400,
        body: {
          errors: [{ path: 'order', message: 'Must be one of name, -name, updated, -updated, created, -created' }],
        },
      });
    },
  );
});
