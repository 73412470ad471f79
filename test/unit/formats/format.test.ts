import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listMembers } from '../../../core/access/store.ts';
import { listDeliveries } from '../../../core/deliveries/store/read-deliveries.ts';
import { outdatedProduct, outdatedSettings } from '../../../core/formats/store/format.ts';
import { migrateProducts, migrateSettings } from '../../../core/formats/store/migration.ts';
import { updateGate } from '../../../core/gates/store/gates.ts';
import type { Job } from '../../../core/jobs/model.ts';
import { productKey } from '../../../core/keys.ts';
import { createLog } from '../../../core/log.ts';
import { readNotification } from '../../../core/notifications/store/notifications.ts';
import type { Item, Table } from '../../../core/platform/dynamodb/table.ts';
import { listProductIds } from '../../../core/products/store/product-index.ts';
import { readProduct, readProducts, replaceProduct } from '../../../core/products/store/products.ts';
import { openDestination, sealClear } from '../../../core/secrets/webhook-secrets.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { readSettings } from '../../../core/settings/store.ts';
import { targetsOf } from '../../../core/targets/model.ts';
import { migrate } from '../../../functions/background/migrate.ts';
import { openTable, startTestTable, type TestTable } from '../../table.ts';
import { testVault } from '../../vault.ts';

/** All items of a small stage as commit 7f13856 wrote them, before there was a format: the engine's own JSON of a scan. */
const attribute = z.custom<NonNullable<ConstructorParameters<typeof PutItemCommand>[0]['Item']>[string]>();
const fixture = z
  .array(z.record(z.string(), attribute))
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/items/format-1.json'), 'utf8')));

const seal = sealClear(testVault);

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

/** A table that holds the items of format 1. */
const ofFormat1 = async (): Promise<Table> => {
  const table = await running.another();
  for (const Item of fixture) await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
  return table;
};

const itemsOf = async ({ client, name }: Table): Promise<Item[]> =>
  (await client.send(new ScanCommand({ TableName: name, ConsistentRead: true }))).Items ?? [];

const productIds = async (table: Table) =>
  (await listProductIds(table, { after: null, limit: 100, upTo: null })).entries;

const outdatedOf = async (table: Table) =>
  (await itemsOf(table)).filter(
    (item) =>
      (item['sk'] === 'PRODUCT' && outdatedProduct(item) !== null) ||
      (item['sk'] === 'SETTINGS' && outdatedSettings(item) !== null),
  );

/** Items by their keys, without what a migration changes: what is written anew has all of today's fields. */
const CHANGED = /^version$|^format$|request_id$|_webhook$|^exception_grouping$|^gate_notification_id$/;
const unchanged = (items: readonly Item[]) =>
  Object.fromEntries(
    items.map((item) => [
      `${item['pk']} ${item['sk']}`,
      Object.fromEntries(Object.entries(item).filter(([name]) => !CHANGED.test(name))),
    ]),
  );

/** As the deliveries in the fixture show them. */
const WEBHOOKS = [
  'a1.environment.api.powerplatform.com #da3fab: https://a1.environment.api.powerplatform.com/workflows/1?sig=of-format-one',
  'hooks.slack.com #3ce0d9: https://hooks.slack.com/services/T00000000/B00000000/of-format-one',
  'hooks.slack.com #6edb33: https://hooks.slack.com/services/T00000000/B00000000/of-format-one-settings',
];

/** Where the products' and the settings' messages are posted, as it is shown and as it is. */
const opened = async (table: Table): Promise<string[]> => {
  const settings = await readSettings(table);
  const { products } = await readProducts(table, await productIds(table));
  const targets = [
    ...products.flatMap(({ product }) => targetsOf({ type: 'security_gate' }, { product, settings })),
    ...targetsOf({ type: 'exception' }, { product: null, settings }),
  ];
  const posted = await Promise.all(
    targets.map(async ({ shown, destination }) => [shown, await openDestination(testVault, destination)] as const),
  );
  return posted.flatMap(([shown, to]) => (to === null || to.channel === 'email' ? [] : [`${shown}: ${to.webhook}`]));
};

/** Runs jobs of one product each until none is left. Each is struck after its page at first, and comes again. */
const migrateAll = async (table: Table): Promise<string[]> => {
  const said: string[] = [];
  const struck = new Set<string>();
  const jobs: Job[] = [{ kind: 'migrate', after: null }];
  const deps = {
    listCatalogue: (request: Parameters<typeof listProductIds>[1]) => listProductIds(table, { ...request, limit: 1 }),
    migrateProducts: (ids: readonly string[]) => migrateProducts(table, { productIds: ids, seal }),
    migrateSettings: () => migrateSettings(table, seal),
    sendJobs: async (more: readonly Job[]) => {
      const rest = JSON.stringify(more);
      const isFirst = !struck.has(rest);
      struck.add(rest);
      if (isFirst) throw new Error('Struck');
      jobs.push(...more);
    },
    log: createLog(({ message }) => said.push(String(message))),
  };
  for (let job = jobs.shift(); job?.kind === 'migrate'; job = jobs.shift()) {
    try {
      await migrate(deps, job);
    } catch (error) {
      if (!String(error).includes('Struck')) throw error;
      jobs.unshift(job);
    }
  }
  return said;
};

describe('items of format 1', () => {
  it('are read as those of today', async () => {
    const table = await ofFormat1();
    const [payments = '', plain = ''] = await productIds(table);
    const found = await readProduct(table, { productId: payments, user: 'rita' });
    expect(found).toMatchObject({
      role: 'reader',
      product: { name: 'Payments', security_gate_passed: false, request_id: null },
      settings: { email_from: 'bell@example.org', gate_request_id: null },
    });
    expect(await readProducts(table, [plain])).toMatchObject({ products: [{ product: { name: 'Plain' } }] });
    expect(await listMembers(table, { productId: payments, limit: 10, after: null })).toMatchObject({
      entries: [{ user: 'alice' }, { user: 'rita' }],
    });
    const told = (await itemsOf(table)).filter(({ sk }) => sk === 'NOTIFICATION').map(({ id }) => String(id));
    expect(told.length).toBeGreaterThan(0);
    for (const id of told) {
      expect(await readNotification(table, id)).toMatchObject({ notification: { id, request_id: null } });
      for (const of of await listDeliveries(table, id)) expect(of.notification_id).toBe(id);
    }
  });

  it('have webhooks in clear, which open without a key and are shown as they were', async () => {
    expect(await opened(await ofFormat1())).toEqual(WEBHOOKS);
  });

  it('are written in the format of today by who changes one, and its webhooks are sealed later', async () => {
    const table = await ofFormat1();
    const [id = ''] = await productIds(table);
    const before = (await readProducts(table, [id])).products[0]?.product;
    if (before === undefined) throw new Error('No product');
    await replaceProduct(table, { before, after: { ...before, description: 'new', version: before.version + 1 } });
    const written = (await itemsOf(table)).find(({ pk, sk }) => pk === productKey(id).pk && sk === 'PRODUCT');
    expect(written).toMatchObject({ format: 2, description: 'new' });
    expect(await outdatedOf(table)).toHaveLength(3);
    await migrateAll(table);
    expect(await outdatedOf(table)).toEqual([]);
    expect(JSON.stringify(await itemsOf(table))).not.toContain('of-format-one');
  });

  it('are migrated page by page, with nothing changed but format and version', async () => {
    const table = await ofFormat1();
    const before = await itemsOf(table);
    expect(await outdatedOf(table)).toHaveLength(3);
    expect((await migrateAll(table)).at(-1)).toBe('The migration is over');
    expect(await outdatedOf(table)).toEqual([]);
    expect(JSON.stringify(await itemsOf(table))).not.toContain('of-format-one');
    expect(await opened(table)).toEqual(WEBHOOKS);
    expect(unchanged(await itemsOf(table))).toEqual(unchanged(before));
  });

  it('are left alone by a second run', async () => {
    const table = await ofFormat1();
    await migrateAll(table);
    const once = await itemsOf(table);
    await migrateAll(table);
    expect(await itemsOf(table)).toEqual(once);
  });

  it('are refused where they are of a format that this version does not know, and no other is', async () => {
    const table = await ofFormat1();
    const [id = ''] = await productIds(table);
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: productKey(id),
        UpdateExpression: 'SET #format = :newer',
        ExpressionAttributeNames: { '#format': 'format' },
        ExpressionAttributeValues: { ':newer': 4 },
      }),
    );
    const noted: string[] = [];
    const noting = { ...table, noteUnreadable: async (_: unknown, error: unknown) => void noted.push(String(error)) };
    expect(await readProducts(noting, [id])).toEqual({ products: [], unreadable: [id] });
    expect(await migrateProducts(noting, { productIds: [id], seal })).toBe(0);
    const refused = 'Error: An item is of format 4; this version reads 1, 2 and 3';
    expect(noted).toEqual([refused, refused]);
    expect(await readSettings(table)).toMatchObject({ version: 1 });
  });
});

/** The table as a migration sees it that somebody overtakes between its read and its write. */
const overtaken = (table: Table, overtake: () => Promise<unknown>): Table => {
  const seen = openTable(running.url, table.name);
  let isFirst = true;
  seen.client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      if (isFirst) {
        isFirst = false;
        await overtake();
      }
      return answer;
    },
    { step: 'initialize' },
  );
  return seen;
};

describe('a migration and a writer that meet', () => {
  const somePayments = async () => {
    const table = await ofFormat1();
    const [before] = (await readProducts(table, (await productIds(table)).slice(0, 1))).products;
    if (before === undefined) throw new Error('No product');
    const { product } = before;
    const changed = { ...product, description: 'written meanwhile', version: product.version + 1 };
    return { table, id: product.id, product, changed };
  };

  it('lose neither where the writer comes between', async () => {
    const { table, id, product, changed } = await somePayments();
    const write = () => replaceProduct(table, { before: product, after: changed });
    expect(await migrateProducts(overtaken(table, write), { productIds: [id], seal })).toBe(1);
    expect(await readProducts(table, [id])).toMatchObject({
      products: [{ product: { description: 'written meanwhile' } }],
    });
    expect(await outdatedOf(table)).toHaveLength(2);
  });

  it('lose neither where the writer, which changes some attributes only, leaves the format as it was', async () => {
    const { table, id, product } = await somePayments();
    const settings = { ...DEFAULT_SETTINGS, security_gate_threshold_critical: 9 };
    const flip = () => updateGate(table, { gated: product, settings, now: new Date() });
    expect(await migrateProducts(overtaken(table, flip), { productIds: [id], seal })).toBe(1);
    expect(await readProducts(table, [id])).toMatchObject({ products: [{ product: { security_gate_passed: true } }] });
    expect(await outdatedOf(table)).toHaveLength(2);
  });

  it('meet as two writers do where the writer had read before', async () => {
    const { table, id, product, changed } = await somePayments();
    await migrateProducts(table, { productIds: [id], seal });
    expect(await replaceProduct(table, { before: product, after: changed })).toBe('conflict');
  });
});
