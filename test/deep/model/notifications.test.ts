import { randomBytes } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memberItem } from '../../../core/access/store.ts';
import { unreadCountersKey, viewedCountKey, viewedKey } from '../../../core/keys.ts';
import { entryItem, notificationItem } from '../../../core/notifications/store/notifications.ts';
import { isTombstone } from '../../../core/notifications/store/tombstone.ts';
import { unreadCountersItem } from '../../../core/notifications/store/unread-counters.ts';
import { countersOf, unreadCountersSchema } from '../../../core/notifications/unread-counters.ts';
import type { Item } from '../../../core/platform/dynamodb/table.ts';
import { sortableId } from '../../../core/platform/sortable-id.ts';
import { newProduct } from '../../../core/products/revision.ts';
import { newProductItems } from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { writeItems } from '../../../local/seed/write-items.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { clean, notificationOf, type Real, SIZES, STEPS, USERS } from '../../unit/notifications/steps.ts';
import { openWorld } from '../../unit/notifications/world.ts';
import { Model } from './model.ts';

const PRODUCTS = 6;
/** More than a digest holds, in some products. */
const OLD = 110;
/** In the others. */
const YOUNG = 5;
const START_MS = Date.parse('2026-11-24T10:00:00Z');

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

const makeProducts = () =>
  Array.from({ length: PRODUCTS }, (_, position) => {
    const revision = { user: 'root', settings: DEFAULT_SETTINGS, now: new Date(START_MS) };
    return newProduct(sortableId(START_MS, randomBytes(10)), { name: `Product ${position}` }, revision);
  });

/** A table with history: all products have some notifications, and two more than their digests tell. */
const begin = async (): Promise<{ model: Model; real: Real }> => {
  const model = new Model();
  const products = makeProducts();
  const items: Item[] = products.flatMap((product) => newProductItems(product, 'root'));
  for (const [reader, count] of [1, 3, 4].entries()) {
    for (const { id: productId } of products.slice(0, count)) {
      const user = USERS[reader] ?? '';
      items.push(memberItem({ productId, user, role: 'reader' }));
      model.members.set(`${productId} ${user}`, 'reader');
    }
  }
  for (const [position, { id }] of products.entries()) {
    const type = position % 2 === 0 ? 'security_gate' : 'task';
    const length = position < 2 ? OLD : YOUNG;
    const old = Array.from({ length }, (_, age) => notificationOf(type, id, START_MS - age * 1_000));
    for (const past of old) model.notifications.set(past.id, past);
    items.push(...old.flatMap((of) => [notificationItem(of), entryItem(id, of)]));
    items.push(unreadCountersItem(id, countersOf(old.map((of) => ({ id: of.id, type })))));
  }
  const table = await running.another();
  await writeItems(table, items[Symbol.iterator]());
  const past: Real['past'] = new Map(USERS.map((user) => [user, new Set(model.productsOf(user))]));
  const listMemberships = async (user: string) => {
    const entries = [...(past.get(user) ?? [])].map((productId) => ({ productId }));
    return { entries, next: null };
  };
  const staleWorld = openWorld(table, { sizes: SIZES, listMemberships });
  const world = openWorld(table, { sizes: SIZES });
  return {
    model,
    real: { table, world, staleWorld, past, products, jobs: [], gone: new Set(), clockMs: START_MS },
  };
};

const readAll = async ({ table }: Real): Promise<ReadonlyMap<string, Item>> => {
  const items = new Map<string, Item>();
  let start: Item | undefined;
  do {
    const scan = { TableName: table.name, ...(start && { ExclusiveStartKey: start }) };
    const { Items = [], LastEvaluatedKey } = await table.client.send(new ScanCommand(scan));
    for (const item of Items) items.set(`${item['pk']} ${item['sk']}`, item);
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return items;
};

/** What is kept says the same as the model: nothing hangs on what is deleted, and all that is counted is right. */
const expectTidy = async (model: Model, real: Real): Promise<void> => {
  await clean(real);
  const items = await readAll(real);
  for (const item of items.values()) {
    const { pk, sk } = item;
    const [, kept] =
      /^NOTIFICATION#(.*)$/.exec(String(pk)) ?? /^VIEWED#(.*)$/.exec(pk === undefined ? '' : String(sk)) ?? [];
    if (kept === undefined || (sk === 'NOTIFICATION' && isTombstone(item)) || String(pk).startsWith('PRODUCT#'))
      continue;
    expect(model.notifications.has(kept), `${pk} ${sk}`).toBe(true);
  }
  const marks = [...items.keys()].filter((key) => key.startsWith('USER#') && !key.endsWith(' VIEWED_UP_TO'));
  const expected = [...model.viewed].map((mark) => {
    const [user = '', id = ''] = mark.split(' ');
    const { pk, sk } = viewedKey(user, id);
    return `${pk} ${sk}`;
  });
  expect(marks.toSorted()).toEqual(expected.toSorted());
  for (const { id } of real.products) expectCounted(model, items, id);
};

const expectCounted = (model: Model, items: ReadonlyMap<string, Item>, productId: string): void => {
  const of = (key: { pk: string; sk: string }) => items.get(`${key.pk} ${key.sk}`);
  for (const type of ['security_gate', 'task'] as const) {
    const told = [...model.notifications.values()].filter((one) => one.product_id === productId && one.type === type);
    const kept = of(unreadCountersKey(productId));
    expect(kept === undefined ? 0 : unreadCountersSchema.parse(kept).total[type]).toBe(told.length);
    for (const user of USERS) {
      const viewed = told.filter(({ id }) => model.viewed.has(`${user} ${id}`)).length;
      expect(of(viewedCountKey(productId, user))?.[type] ?? 0, `${user} in ${productId}`).toBe(viewed);
    }
  }
};

it('shows what a plain model shows, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands([...STEPS], { maxCommands: 60, size: 'max' }), async (steps) => {
      const { model, real } = await begin();
      await fc.asyncModelRun(() => ({ model, real }), steps);
      await expectTidy(model, real);
    }),
    { numRuns: 6, endOnFailure: true },
  );
});
