import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listMembers } from '../../../core/access/store.ts';
import { readSources } from '../../../core/deliveries/store/routing-context.ts';
import { windowFingerprint } from '../../../core/exceptions/identity.ts';
import { prepareException } from '../../../core/exceptions/model.ts';
import { recordException, recordReportedException } from '../../../core/exceptions/store/record-exception.ts';
import { migrateProducts } from '../../../core/formats/store/migration.ts';
import { readGatedProducts, updateGate } from '../../../core/gates/store/gates.ts';
import {
  deliveryKey,
  type Key,
  memberKey,
  notificationKey,
  productKey,
  productNotificationKey,
  SETTINGS_KEY,
  unreadCountersKey,
  windowKey,
} from '../../../core/keys.ts';
import { createNotification, readNotification } from '../../../core/notifications/store/notifications.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { newProduct } from '../../../core/products/revision.ts';
import { listProductIds } from '../../../core/products/store/product-index.ts';
import { createProduct } from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { recheck } from '../../../functions/background/recheck.ts';
import { deleteMany, markMany } from '../../../functions/notifications/act-on-many.ts';
import { connectNotifications } from '../../../functions/notifications/connect-notifications.ts';
import { countUnviewed } from '../../../functions/notifications/count-unviewed.ts';
import { listNotifications } from '../../../functions/notifications/list-notifications.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { someNotification } from '../notifications/some-notification.ts';
import { openWorld } from '../products/world.ts';

const now = () => new Date('2026-11-24T10:00:00Z');
const revision = { user: 'olivia', settings: DEFAULT_SETTINGS, now: now() };
const alice = { user: 'alice', isAdministrator: true, scopes: [] };
const olivia = { user: 'olivia', isAdministrator: false, scopes: [] };
const ID = (n: number) => `01KAT3NDEKTSV4RRFFQ69G5FA${n}`;
const NO_FILTER = {
  type: null,
  product_id: null,
  name: null,
  message: null,
  function: null,
  product_name: null,
  user: null,
  words: [],
  fromId: null,
  beforeId: null,
  exclude_already_viewed: false,
};

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

let table: Table;
let noted: string[];

/** Four products of olivia's, p1 to p4, with a notification each. */
beforeEach(async () => {
  const made = await running.another();
  noted = [];
  table = { ...made, reportUnreadable: async ({ pk, sk }) => void noted.push(`${pk} ${sk}`) };
  for (const n of [1, 2, 3, 4]) {
    const created = newProduct(`p${n}`, { name: `Shop ${n}` }, revision);
    await createProduct(table, { created, owner: 'olivia' });
    await createNotification(table, someNotification(`p${n}`, ID(n)));
  }
});

/** Makes an attribute of an item what no version ever wrote there. */
const spoil = async (key: Key, attribute: string, value: unknown = { spoilt: true }) => {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: key,
      UpdateExpression: 'SET #attribute = :value',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
};

const list = async (caller: typeof alice) => {
  const deps = connectNotifications(table, now);
  const { entries, unreadable, next } = await listNotifications(deps, {
    caller,
    filter: NO_FILTER,
    limit: 25,
    before: null,
  });
  return { ids: entries.map(({ id }) => id), unreadable, next };
};

describe('a product that does not parse', () => {
  beforeEach(() => spoil(productKey('p2'), 'security_gate_passed'));

  it('is left out of the list, with a mark for administrators', async () => {
    const { call } = openWorld(table);
    const shown = await call('GET /api/products', { user: 'alice', isAdministrator: true });
    expect(shown).toMatchObject({
      status: 200,
      body: { results: [{ id: 'p4' }, { id: 'p3' }, { id: 'p1' }], unreadable: ['p2'], next: null },
    });
    const { body } = await call('GET /api/products', { user: 'olivia' });
    expect(body).toMatchObject({ results: [{ id: 'p4' }, { id: 'p3' }, { id: 'p1' }], next: null });
    expect(body).not.toHaveProperty('unreadable');
    expect(noted).toContain('PRODUCT#p2 PRODUCT');
  });

  it('ends no page before its time', async () => {
    const { call } = openWorld(table);
    const query = { limit: '2', order: 'created' };
    const first = await call('GET /api/products', { user: 'alice', isAdministrator: true, query });
    expect(first.body).toMatchObject({ results: [{ id: 'p1' }], unreadable: ['p2'] });
    const cursor = String(first.body['next']);
    const second = await call('GET /api/products', {
      user: 'alice',
      isAdministrator: true,
      query: { ...query, cursor },
    });
    expect(second.body).toMatchObject({ results: [{ id: 'p3' }, { id: 'p4' }], next: null });
  });

  it("doesn't prevent others from being recalculated or migrated", async () => {
    const settings = { ...DEFAULT_SETTINGS, security_gate_active: false, gate_version: 1 };
    const flipped: string[] = [];
    await recheck(
      {
        readSettings: async () => settings,
        listProductIds: (request) => listProductIds(table, request),
        readGatedProducts: (ids) => readGatedProducts(table, ids),
        updateGate: async (gated) => {
          await updateGate(table, { gated, settings, now: now() });
          flipped.push(gated.id);
        },
      },
      { kind: 'recheck', gate_version: 1, after: null, up_to: 'p4' },
    );
    expect(flipped.toSorted()).toEqual(['p1', 'p3', 'p4']);
    expect(noted).toEqual(['PRODUCT#p2 PRODUCT']);
    expect(await migrateProducts(table, ['p1', 'p2'])).toBe(0);
  });

  it('fails alone where messages are sent', async () => {
    const { products } = await readSources(table, ['p1', 'p2']);
    expect(products.get('p1')?.name).toBe('Shop 1');
    expect(() => products.get('p2')).toThrow();
    expect(products.get('p9')).toBeUndefined();
  });
});

describe('a notification that does not parse', () => {
  it.each(['type', 'name', 'message'])(
    'is left out of the list by its %s, with a mark for administrators',
    async (of) => {
      await spoil(notificationKey(ID(2)), of);
      expect(await list(alice)).toEqual({ ids: [ID(4), ID(3), ID(1)], unreadable: [ID(2)], next: null });
      expect(await list(olivia)).toEqual({ ids: [ID(4), ID(3), ID(1)], unreadable: [], next: null });
      expect(noted).toContain(`NOTIFICATION#${ID(2)} NOTIFICATION`);
    },
  );

  it('is left out where its entry in the product is spoilt, the oldest included', async () => {
    await spoil(productNotificationKey('p1', ID(1)), 'type');
    const filter = { ...NO_FILTER, product_id: 'p1' };
    const deps = connectNotifications(table, now);
    const page = await listNotifications(deps, { caller: alice, filter, limit: 25, before: null });
    expect(page).toMatchObject({ entries: [], unreadable: [ID(1)] });
  });

  it('fails no batch', async () => {
    await spoil(notificationKey(ID(2)), 'type');
    const deps = connectNotifications(table, now);
    expect(await markMany(deps, alice, [ID(1), ID(2)])).toEqual([
      { id: ID(1), result: 'marked' },
      { id: ID(2), result: 'not_found' },
    ]);
    expect(await deleteMany(deps, alice, [ID(1), ID(2)])).toEqual([
      { id: ID(1), result: 'deleted' },
      { id: ID(2), result: 'not_found' },
    ]);
  });
});

it('a delivery that does not parse is left out of its notification', async () => {
  await table.client.send(new PutCommand({ TableName: table.name, Item: deliveryKey(ID(1), 'slack') }));
  expect(await readNotification(table, ID(1))).toMatchObject({ notification: { id: ID(1) }, deliveries: [] });
  expect(noted).toEqual([`NOTIFICATION#${ID(1)} DELIVERY#slack`]);
});

it('a digest that does not parse is left to the partition, and counts nothing', async () => {
  await spoil(unreadCountersKey('p2'), 'total');
  expect(await list(olivia)).toMatchObject({ ids: [ID(4), ID(3), ID(2), ID(1)], next: null });
  expect(await countUnviewed(connectNotifications(table, now), olivia)).toMatchObject({ count: 3 });
  expect(await deleteMany(connectNotifications(table, now), alice, [ID(1), ID(2)])).toMatchObject([
    { result: 'deleted' },
    { result: 'deleted' },
  ]);
});

it('a member that does not parse is left out, gives no role, and ends no page', async () => {
  await spoil(memberKey('p1', 'olivia'), 'role');
  const page = await listMembers(table, { productId: 'p1', limit: 1, after: null });
  expect(page).toMatchObject({ entries: [], unreadable: ['olivia'] });
  expect(await list(olivia)).toMatchObject({ ids: [ID(4), ID(3), ID(2)] });
  const { call } = openWorld(table);
  const path = { product_id: 'p1' };
  expect(await call('GET /api/products/{product_id}', { user: 'olivia', path })).toMatchObject({ status: 404 });
  expect((await call('GET /api/products', { user: 'olivia' })).body).toMatchObject({
    results: [{ id: 'p4' }, { id: 'p3' }, { id: 'p2' }],
  });
});

describe('an exception is recorded', () => {
  const exception = prepareException({
    origin: 'gatebell',
    type: 'task',
    exception_class: 'Error',
    message: 'It does not parse',
    trace: null,
    function: 'products',
    arguments: null,
    product_id: 'p2',
    user: null,
  });
  const occurrence = { exception, now: now(), randomId: () => 'r' };

  it.each([
    ['its product', productKey('p2'), 'name'],
    ['the digest of its product', unreadCountersKey('p2'), 'total'],
    ['the settings', SETTINGS_KEY, 'exception_rate_limit'],
    ['its window', windowKey(windowFingerprint(exception, 'similar')), 'held_back'],
  ] as const)('where %s does not parse', async (_, key, attribute) => {
    await spoil(key, attribute);
    expect(await recordException(table, occurrence)).toMatchObject({ kind: 'notified' });
    expect(
      await recordReportedException(table, { ...occurrence, now: new Date('2026-11-24T10:00:01Z') }),
    ).toMatchObject({
      kind: 'held-back',
    });
  });
});
