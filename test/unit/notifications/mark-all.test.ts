import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memberItem } from '../../../core/access/store.ts';
import { productKey, unreadCountersKey, viewedUpToKey } from '../../../core/keys.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import { createNotification, entryItem, notificationItem } from '../../../core/notifications/store/notifications.ts';
import { unreadCountersItem } from '../../../core/notifications/store/unread-counters.ts';
import { byNewest, countersOf } from '../../../core/notifications/unread-counters.ts';
import { MAX_MARKED_PRODUCTS } from '../../../core/notifications/viewed-up-to.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { clearNotification } from '../../../core/products/store/leftovers.ts';
import { writeItems } from '../../../local/seed/write-items.ts';
import { countReads } from '../../read-counter.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { notificationOf } from './steps.ts';
import { openWorld, type World } from './world.ts';

const MARK_ALL = 'POST /api/notifications/mark_all_as_viewed';
const START_MS = Date.parse('2026-11-24T10:00:00Z');
const rita = { user: 'rita' };
const admin = { user: 'alice', isAdministrator: true };

let running: TestTable;
let table: Table;
let world: World;
let nowMs = START_MS;
// All tables share a client.
let reads: ReturnType<typeof countReads>;

beforeAll(async () => {
  running = await startTestTable();
  reads = countReads((await running.another()).client);
});
afterAll(() => running.stop());
beforeEach(async () => {
  table = await running.another();
  nowMs = START_MS;
  world = openWorld(table, { now: () => new Date(nowMs) });
});

type Type = 'security_gate' | 'task';

/** Products that rita reads, each with notifications of a type, one a second, newest first. */
const history = async (count: number, productIds = ['p1'], type: Type = 'security_gate'): Promise<Notification[]> => {
  const all = productIds.map((id) =>
    Array.from({ length: count }, (_, age) => notificationOf(type, id, START_MS - age * 1_000)),
  );
  const items = productIds.flatMap((id, position) => {
    const own = all[position] ?? [];
    return [
      { ...productKey(id) },
      memberItem({ productId: id, user: 'rita', role: 'owner' }),
      unreadCountersItem(id, countersOf(own.map((of) => ({ id: of.id, type })))),
      ...own.flatMap((of) => [notificationItem(of), entryItem(id, of)]),
    ];
  });
  await writeItems(table, items[Symbol.iterator]());
  return all.flat().toSorted(byNewest);
};

/** One more, a second later. */
const arrives = async (type: Type = 'security_gate', productId = 'p1'): Promise<Notification> => {
  nowMs += 1_000;
  const arrived = notificationOf(type, productId, nowMs);
  expect(await createNotification(table, arrived)).toBe('written');
  return arrived;
};

const markAll = async (caller: typeof rita, upTo: Notification | undefined, more = {}) =>
  await world.call(MARK_ALL, { ...caller, body: { up_to: upTo?.id, ...more } });

const mark = async (caller: typeof rita, notifications: readonly Notification[]) => {
  for (let start = 0; start < notifications.length; start += 250) {
    const ids = notifications.slice(start, start + 250).map(({ id }) => id);
    await world.call('POST /api/notifications/bulk_mark_as_viewed', { ...caller, body: { notifications: ids } });
  }
};

const badge = async (caller: typeof rita) => {
  const { body } = await world.call('GET /api/notifications/unviewed_count', caller);
  return body;
};

const counted = (count: number) => ({ count, more: false, text: String(count) });

const unviewed = (caller: typeof rita, query = {}) =>
  world.page({ ...caller, query: { exclude_already_viewed: 'true', ...query } });

describe.each([
  ['a member', rita],
  ['an administrator', admin],
])('%s marks all', (_, caller) => {
  it('up to the one that the call names: the badge, the list, and each notification agree', async () => {
    const [newest] = await history(300);
    expect((await markAll(caller, newest)).status).toBe(204);
    expect(await badge(caller)).toEqual(counted(0));
    expect(await unviewed(caller)).toEqual({ results: [], next: null });
    const path = { notification_id: newest?.id ?? '' };
    const read = await world.call('GET /api/notifications/{notification_id}', { ...caller, path });
    expect(read.body).toMatchObject({ viewed: true });
    expect((await world.page(caller)).results.every(({ viewed }) => viewed)).toBe(true);
  });

  it('and those that arrive after the one it names stay new', async () => {
    const [newest] = await history(3);
    const arrived = await arrives();
    await markAll(caller, newest);
    expect(await badge(caller)).toEqual(counted(1));
    const { results, next } = await unviewed(caller);
    expect({ ids: results.map(({ id }) => id), next }).toEqual({ ids: [arrived.id], next: null });
  });

  it('of a type, or of a product', async () => {
    const [gate] = await history(5, ['p1', 'p2']);
    const task = await arrives('task');
    await markAll(caller, task, { type: 'task' });
    expect(await badge(caller)).toEqual(counted(10));
    await markAll(caller, gate, { product_id: 'p2' });
    expect(await badge(caller)).toEqual(counted(5));
    expect((await unviewed(caller, { product_id: 'p2' })).results).toEqual([]);
    expect((await unviewed(caller)).results.every((one) => one['product_id'] === 'p1')).toBe(true);
    await markAll(caller, task);
    expect(await badge(caller)).toEqual(counted(0));
  });

  it('and an earlier mark takes nothing back', async () => {
    const all = await history(20);
    await markAll(caller, all[0]);
    await markAll(caller, all[10]);
    expect(await badge(caller)).toEqual(counted(0));
  });

  it('with one read and one write beside those of the named one, and counts as cheaply, however many there are', async () => {
    const costs = [];
    for (const count of [5, 900]) {
      table = await running.another();
      world = openWorld(table, { now: () => new Date(nowMs) });
      const [newest] = await history(count);
      reads.take();
      await markAll(caller, newest);
      const marking = reads.take();
      expect(await badge(caller)).toEqual(counted(0));
      costs.push({ marking: marking.requests, counting: reads.take().requests });
    }
    expect(costs[1]).toEqual(costs[0]);
    expect(costs[0]?.marking).toBeLessThanOrEqual(4);
  });

  it('and the count stays exact as more arrive than the counters list, are viewed one by one, and are deleted', async () => {
    const [newest, ...old] = await history(4);
    await markAll(caller, newest);
    const arrived: Notification[] = [];
    while (arrived.length < 130) arrived.push(await arrives());
    expect(await badge(caller)).toEqual({ count: 100, more: true, text: '100+' });
    await mark(caller, arrived.slice(2, 128));
    expect(await badge(caller)).toEqual(counted(4));
    const gone = [...old.slice(0, 2), ...arrived.slice(0, 1), ...arrived.slice(50, 60)].map(({ id }) => id);
    await world.call('POST /api/notifications/bulk_delete', { ...caller, body: { notifications: gone } });
    expect(await badge(caller)).toEqual(counted(3));
    for (const id of gone) await clearNotification(table, id);
    expect(await badge(caller)).toEqual(counted(3));
  });
});

it('two marks at once both hold', async () => {
  const all = await history(3, ['p1', 'p2', 'p3']);
  const marks = ['p1', 'p2', 'p3'].map((product_id) => markAll(rita, all[0], { product_id }));
  expect((await Promise.all(marks)).map(({ status }) => status)).toEqual([204, 204, 204]);
  expect(await badge(rita)).toEqual(counted(0));
});

it('a notification whose clock was a day fast does not mark those that are still to come', async () => {
  await history(1);
  const fast = notificationOf('security_gate', 'p1', START_MS + 86_400_000);
  await createNotification(table, fast);
  expect((await markAll(rita, fast)).status).toBe(204);
  await arrives();
  expect(await badge(rita)).toEqual(counted(2));
});

it('a member marks gates, and a member who counted them one by one before counts on', async () => {
  const all = await history(150);
  await mark(rita, all.slice(0, 149));
  expect(await badge(rita)).toEqual(counted(1));
  await arrives('task');
  await markAll(rita, all[0], { type: 'security_gate' });
  expect(await badge(rita)).toEqual(counted(1));
});

it('counters that do not parse count nothing', async () => {
  const [newest] = await history(3);
  await markAll(rita, newest);
  await arrives();
  await writeItems(table, [{ ...unreadCountersKey('p1'), total: 'many' }][Symbol.iterator]());
  expect(await badge(rita)).toEqual(counted(0));
});

it('what the caller does not see answers 404, as does a product', async () => {
  const [newest] = await history(1);
  const nora = { user: 'nora' };
  const unknown = notificationOf('task', 'p1', START_MS);
  expect((await markAll(nora, newest)).status).toBe(404);
  expect((await markAll(rita, unknown)).status).toBe(404);
  expect((await markAll(rita, newest, { product_id: 'p9' })).status).toBe(404);
  expect(await badge(rita)).toEqual(counted(1));
});

it.each([
  ['no id', {}, ['up_to']],
  ['what is no id', { up_to: 'newest' }, ['up_to']],
  ['an unknown type', { up_to: '01KAT3NDEKTSV4RRFFQ69G5FAV', type: 'gate' }, ['type']],
  ['an empty product', { up_to: '01KAT3NDEKTSV4RRFFQ69G5FAV', product_id: '' }, ['product_id']],
  ['a filter that reads texts', { up_to: '01KAT3NDEKTSV4RRFFQ69G5FAV', name: 'Shop' }, ['name']],
])('refuses %s', async (_, body, paths) => {
  const { status, body: problem } = await world.call(MARK_ALL, { ...rita, body });
  expect({ status, problem }).toMatchObject({ status: 400, problem: { errors: paths.map((path) => ({ path })) } });
});

it('takes products one by one up to a limit, and again after a mark of all', async () => {
  const [newest] = await history(1);
  const newer = await arrives();
  const names = Array.from({ length: MAX_MARKED_PRODUCTS - 1 }, (_, position) => `product-${position}`);
  const products = Object.fromEntries(names.map((name) => [name, { task: newest?.id }]));
  await writeItems(table, [{ ...viewedUpToKey(admin.user), all: {}, products, revision: 1 }][Symbol.iterator]());
  expect((await markAll(admin, newest, { product_id: 'last' })).status).toBe(204);
  expect((await markAll(admin, newest, { product_id: 'too-many' })).status).toBe(409);
  expect((await markAll(admin, newest, { product_id: 'last', type: 'exception' })).status).toBe(204);
  expect((await markAll(admin, newer)).status).toBe(204);
  const latest = await arrives();
  expect((await markAll(admin, latest, { product_id: 'too-many' })).status).toBe(204);
  expect(await badge(admin)).toEqual(counted(1));
});
