import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { FORMAT, type Format, readFormatted } from '../../../core/formats/store/format.ts';
import { migrateItems, migrateProducts } from '../../../core/formats/store/migration.ts';
import { updateGate } from '../../../core/gates/store/gates.ts';
import { type Job, jobSchema } from '../../../core/jobs/model.ts';
import { productKey, SETTINGS_KEY } from '../../../core/keys.ts';
import { createLog } from '../../../core/log.ts';
import { readItems } from '../../../core/platform/dynamodb/read-items.ts';
import type { Item, Table } from '../../../core/platform/dynamodb/table.ts';
import { productSchema } from '../../../core/products/model.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { listProductIds } from '../../../core/products/store/product-index.ts';
import { createProduct, readProducts, replaceProduct } from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS, settingsSchema } from '../../../core/settings/model.ts';
import { readSettings, replaceSettings } from '../../../core/settings/store.ts';
import { migrate } from '../../../functions/background/migrate.ts';
import { writeHandles } from '../../../local/handles.ts';
import { type Sqs, startSqs } from '../../../packages/cdk-local/src/engines/sqs.ts';
import { callQueue } from '../../../packages/cdk-local/src/sources/sqs-calls.ts';
import { openTable, startTestTable, type TestTable } from '../../table.ts';

/** A made-up next format: products get a contact and settings a time zone. */
const NEXT = FORMAT.written + 1;
const nextProduct: Format = { written: NEXT, upgrade: (item) => ({ ...item, contact: `team of ${item['name']}` }) };
const nextSettings: Format = { written: NEXT, upgrade: (item) => ({ ...item, time_zone: 'UTC' }) };
const nextProductSchema = z.extend(productSchema, { contact: z.string() });
const nextSettingsSchema = z.extend(settingsSchema, { time_zone: z.string() });
const readNextProduct = (item: Item) => nextProductSchema.parse(readFormatted(nextProduct, item));
const readNextSettings = (item: Item) => nextSettingsSchema.parse(readFormatted(nextSettings, item));

const migrateToNext = (table: Table, productIds: readonly string[]) =>
  migrateItems(table, { keys: productIds.map(productKey), format: nextProduct, parse: readNextProduct });

const now = new Date('2026-11-24T10:00:00Z');
const revision = { user: 'olivia', settings: DEFAULT_SETTINGS, now };
const PRODUCTS = ['p1', 'p2', 'p3'];

const directory = mkdtempSync(join(tmpdir(), 'gatebell-format-'));
let running: TestTable;
let sqs: Sqs;
beforeAll(async () => {
  [running, sqs] = await Promise.all([startTestTable(), startSqs({ region: 'eu-central-1' })]);
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await Promise.all([running.stop(), sqs.stop()]);
});

/** A table with three products and settings, as this version writes them. */
const written = async (): Promise<Table> => {
  const table = await running.another();
  for (const id of PRODUCTS) {
    const created = newProduct(id, { name: `Shop ${id}` }, revision);
    expect(await createProduct(table, { created, owner: 'olivia' })).toBe('written');
  }
  const after = { ...DEFAULT_SETTINGS, exception_rate_limit: 60, version: 1 };
  expect(await replaceSettings(table, { before: DEFAULT_SETTINGS, after, now: new Date() })).toBe('written');
  return table;
};

const itemsOf = async ({ client, name }: Table): Promise<Item[]> =>
  (await client.send(new ScanCommand({ TableName: name, ConsistentRead: true }))).Items ?? [];

const formatted = async (table: Table) => (await itemsOf(table)).filter((item) => 'format' in item);

const formats = async (table: Table) => (await formatted(table)).map((item) => item['format']);

const productAt = async (table: Table, id: string) => (await readItems(table, [productKey(id)]))(productKey(id)) ?? {};

/** Items by their keys, without what a migration changes. */
const unchanged = (items: readonly Item[]) =>
  Object.fromEntries(
    items.map(({ version: _1, format: _2, contact: _3, time_zone: _4, ...item }) => [
      `${item['pk']} ${item['sk']}`,
      item,
    ]),
  );

let queues = 0;

/** Starts a migration by the command, on a queue of its own. */
const startMigration = async () => {
  queues += 1;
  const client = new SQSClient({
    endpoint: sqs.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: `jobs-${queues}` }));
  client.destroy();
  const handles = join(directory, `stack-${queues}.json`);
  const unused = {
    web: '',
    api: '',
    issuer: '',
    mail: '',
    events: '',
    execute_api: '',
    receiver: '',
    dynamodb: '',
    sns: '',
    gate: '',
    logs: '',
  };
  const none = { mail_feedback_topic: null, topic: null, table: null, delivery_queue: null };
  writeHandles(handles, {
    ...unused,
    ...none,
    delivery_dead_letter_queue: null,
    sqs: sqs.url,
    job_queue: QueueUrl,
    pid: process.pid,
  });
  const script = join(import.meta.dirname, '../../../scripts/run-migrate.ts');
  const env = { ...process.env, GATEBELL_HANDLES: handles };
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--stage', 'local'], { env });
  expect(stdout).toMatch(/^Started\./);
  return callQueue(sqs.url, QueueUrl);
};

/** Migrates as the next release's background function does, a product a job. Each job fails once after its page. */
const migrateAll = async (table: Table): Promise<readonly string[]> => {
  const queue = await startMigration();
  const logged: string[] = [];
  const failed = new Set<string>();
  const deps = {
    listProductIds: (request: Parameters<typeof listProductIds>[1]) => listProductIds(table, { ...request, limit: 1 }),
    migrateProducts: (ids: readonly string[]) => migrateToNext(table, ids),
    migrateSettings: () => migrateItems(table, { keys: [SETTINGS_KEY], format: nextSettings, parse: readNextSettings }),
    sendJobs: async (jobs: readonly Job[]) => {
      const text = JSON.stringify(jobs);
      const isFirst = !failed.has(text);
      failed.add(text);
      if (isFirst) throw new Error('Struck');
      for (const job of jobs) await queue.send(JSON.stringify(job));
    },
    log: createLog(({ message }) => logged.push(String(message))),
  };
  while (logged.at(-1) !== 'Migration finished') {
    const messages = await queue.receive({ count: 1, waitSeconds: 5 });
    if (messages.length === 0) throw new Error('No job came');
    for (const message of messages) {
      const job = jobSchema.parse(JSON.parse(message.Body));
      if (job.kind !== 'migrate') throw new Error(`A job of kind ${job.kind}`);
      await migrate(deps, job).catch((error) => {
        if (!String(error).includes('Struck')) throw error;
        return migrate(deps, job);
      });
    }
    await queue.delete(messages);
  }
  return logged;
};

describe('items of format 1 and a version that writes format 2', () => {
  it('are read with what the format adds', async () => {
    const table = await written();
    expect(await formats(table)).toEqual([1, 1, 1, 1]);
    expect(readNextProduct(await productAt(table, 'p1'))).toMatchObject({
      name: 'Shop p1',
      contact: 'team of Shop p1',
      format: 1,
    });
  });

  it('are migrated by the command, page by page, with nothing changed but format and version', async () => {
    const table = await written();
    const before = await itemsOf(table);
    // Three pages, twice each, and the empty one after them.
    const pages = Array.from({ length: 7 }, () => 'Products migrated');
    expect(await migrateAll(table)).toEqual([...pages, 'Migration finished']);
    expect(await formats(table)).toEqual([2, 2, 2, 2]);
    expect(unchanged(await itemsOf(table))).toEqual(unchanged(before));
    expect(await productAt(table, 'p3')).toMatchObject({ contact: 'team of Shop p3', version: 2, format: 2 });
    expect((await formatted(table)).find(({ sk }) => sk === 'SETTINGS')).toMatchObject({
      time_zone: 'UTC',
      version: 2,
    });
  });

  it('are left alone by a second run', async () => {
    const table = await written();
    await migrateAll(table);
    const once = await itemsOf(table);
    await migrateAll(table);
    expect(await itemsOf(table)).toEqual(once);
  });

  it('are still read by the version before, once migrated', async () => {
    const table = await written();
    await migrateAll(table);
    const { products } = await readProducts(table, PRODUCTS);
    expect(products.map(({ product }) => [product.name, product.format])).toEqual([
      ['Shop p1', 2],
      ['Shop p2', 2],
      ['Shop p3', 2],
    ]);
    expect(await readSettings(table)).toMatchObject({ exception_rate_limit: 60, format: 2 });
  });
});

describe('an item of a format that a version does not know', () => {
  it('is left out, noted and not migrated; others are read', async () => {
    const table = await written();
    const noted: string[] = [];
    const noting = { ...table, reportUnreadable: async (_: unknown, error: unknown) => void noted.push(String(error)) };
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: productKey('p1'),
        UpdateExpression: 'SET #format = :newer',
        ExpressionAttributeNames: { '#format': 'format' },
        ExpressionAttributeValues: { ':newer': 4 },
      }),
    );
    expect(await readProducts(noting, ['p1', 'p2'])).toMatchObject({ products: [{ product: { id: 'p2' } }] });
    expect(await migrateProducts(noting, ['p1', 'p2'])).toBe(0);
    expect(await migrateToNext(noting, ['p1', 'p2'])).toBe(1);
    expect(noted).toEqual([
      'Error: An item has format 4, and this version writes 1',
      'Error: An item has format 4, and this version writes 1',
      'Error: An item has format 4, and this version writes 2',
    ]);
  });
});

/** The table as a migration sees it that another writer overtakes between its read and its write. */
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
  const someProduct = async () => {
    const table = await written();
    const [found] = (await readProducts(table, ['p1'])).products;
    if (found === undefined) throw new Error('No product');
    return { table, product: found.product };
  };

  it('lose neither where the writer comes between', async () => {
    const { table, product } = await someProduct();
    const changed = reviseProduct(product, { description: 'written meanwhile' }, revision);
    const write = () => replaceProduct(table, { before: product, after: changed });
    expect(await migrateToNext(overtaken(table, write), ['p1'])).toBe(1);
    expect(await productAt(table, 'p1')).toMatchObject({ description: 'written meanwhile', version: 3, format: 2 });
  });

  it('lose neither where the writer sets single attributes', async () => {
    const { table, product } = await someProduct();
    const settings = { ...DEFAULT_SETTINGS, security_gate_active: false };
    const flip = () => updateGate(table, { gated: product, settings, now });
    expect(await migrateToNext(overtaken(table, flip), ['p1'])).toBe(1);
    expect(await productAt(table, 'p1')).toMatchObject({ security_gate_passed: null, contact: 'team of Shop p1' });
  });

  it('meet as two writers do where the writer had read before', async () => {
    const { table, product } = await someProduct();
    await migrateToNext(table, ['p1']);
    const changed = reviseProduct(product, { description: 'late' }, revision);
    expect(await replaceProduct(table, { before: product, after: changed })).toBe('conflict');
  });
});
