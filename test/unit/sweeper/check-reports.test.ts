import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IN_FORMAT, storedProductSchema } from '../../../core/formats/store/format.ts';
import { productKey, REPORT_CHECKS, reportCheckKey } from '../../../core/keys.ts';
import { createLog } from '../../../core/log.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import { createNotification } from '../../../core/notifications/store/notifications.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import type { EncryptedChange, Product } from '../../../core/products/model.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { replaceProduct } from '../../../core/products/store/products.ts';
import { planReportCheck, recordOverdue } from '../../../core/products/store/report-checks.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { actOnProduct } from '../../../functions/gate-trigger/product-record.ts';
import type { SweepDeps } from '../../../functions/sweeper/sweep.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { START } from '../dispatcher/harness.ts';
import { sweeperOn } from './sweeper-harness.ts';

let running: TestTable;
let table: Table;
let told: Notification[];

beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());
beforeEach(async () => {
  table = await running.another();
  told = [];
});

const HOURS = 26;
const DUE = HOURS * 60;

const revisionAt = (minutes: number) => ({
  user: 'ci',
  settings: DEFAULT_SETTINGS,
  now: new Date(Date.parse(START) + minutes * 60_000),
});
const REPORT = { observation_counts: { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 } };

const productAt = async (id: string): Promise<Product | null> => {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: productKey(id) }));
  return Item === undefined ? null : storedProductSchema.parse(Item);
};

/** What the stream starts after a write. */
const streamed = (before: Product | null, after: Product | null) =>
  actOnProduct(
    {
      createNotification: async (notification) => {
        if ((await createNotification(table, notification)) === 'written') told.push(notification);
      },
      planReportCheck: (check) => planReportCheck(table, check),
      recordHistory: async () => {},
      updateGate: async () => {},
      sendJobs: async () => {},
      log: createLog(() => {}),
    },
    { before, after },
    DEFAULT_SETTINGS,
  );

const create = async (id: string, hours: number | null = HOURS): Promise<void> => {
  const product = newProduct(id, { name: `Product ${id}`, report_expected_hours: hours }, revisionAt(0));
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { ...productKey(id), ...IN_FORMAT, ...product } }),
  );
  await streamed(null, product);
};

const revise = async (id: string, change: EncryptedChange | typeof REPORT, minutes: number): Promise<void> => {
  const before = await productAt(id);
  if (before === null) throw new Error(`no product ${id}`);
  const after = reviseProduct(before, change, revisionAt(minutes));
  expect(await replaceProduct(table, { before, after })).toBe('written');
  await streamed(before, after);
};

const reportAt = (id: string, minutes: number) => revise(id, REPORT, minutes);

/** Runs the sweeper, and what the stream starts after it. */
const sweepAt = async (id: string, minutes: number, overrides: Partial<SweepDeps> = {}, on = table): Promise<void> => {
  const before = await productAt(id);
  try {
    await sweeperOn(on, overrides).runAt(minutes);
  } finally {
    const after = await productAt(id);
    if (before?.version !== after?.version) await streamed(before, after);
  }
};

const checks = async (): Promise<string[]> => {
  const query = {
    TableName: table.name,
    KeyConditionExpression: 'pk = :checks',
    ExpressionAttributeValues: { ':checks': REPORT_CHECKS },
  };
  const { Items = [] } = await table.client.send(new QueryCommand(query));
  return Items.map(({ sk }) => String(sk));
};

const dueAt = (minutes: number) => revisionAt(minutes).now.toISOString();

describe('a report that does not come', () => {
  it('is notified once, a minute after its time at the earliest', async () => {
    await create('P');
    await reportAt('P', 30);
    await sweepAt('P', DUE + 30.9);
    expect(told).toEqual([]);
    for (const minutes of [32, 37, 42, 10_000]) await sweepAt('P', DUE + minutes);
    expect(told).toMatchObject([
      {
        type: 'security_gate',
        name: 'Product P: no report for 26 hours',
        message:
          'The security gate may be out of date. A report is expected every 26 hours; the last one came at 2026-12-02 14:36:00 UTC.',
        created: dueAt(DUE + 32),
        product_id: 'P',
        from: null,
        to: null,
        report_overdue_since: dueAt(DUE + 30),
      },
    ]);
    expect(await checks()).toEqual([]);
  });

  it('is notified of a product that was never reported, from its creation', async () => {
    await create('P', 100);
    await sweepAt('P', 100 * 60 + 5);
    expect(told).toMatchObject([
      { name: 'Product P: no report for 4 days', message: expect.stringContaining('every 100 hours; none came yet.') },
    ]);
  });

  it('is notified again only after a report came, and was missed again', async () => {
    await create('P');
    await sweepAt('P', DUE + 5);
    await revise('P', { report_expected_hours: null }, DUE + 6);
    await revise('P', { report_expected_hours: 1 }, DUE + 7);
    await sweepAt('P', DUE + 600);
    expect(told).toHaveLength(1);
    await reportAt('P', DUE + 700);
    await sweepAt('P', DUE + 755);
    expect(told).toHaveLength(1);
    await sweepAt('P', DUE + 765);
    expect(told.map(({ name }) => name)).toEqual([
      'Product P: no report for 26 hours',
      'Product P: no report for 1 hour',
    ]);
  });

  it('is notified once by two sweepers', async () => {
    await create('P');
    await Promise.all([sweepAt('P', DUE + 5), sweepAt('P', DUE + 5)]);
    await sweepAt('P', DUE + 10);
    expect(told).toHaveLength(1);
  });
});

describe('a report in time', () => {
  it('moves the check when that is due, whatever number of reports came', async () => {
    await create('P');
    for (const minutes of [10, 20, DUE - 60]) await reportAt('P', minutes);
    expect(await checks()).toHaveLength(1);
    await sweepAt('P', DUE + 5);
    expect(await checks()).toEqual([reportCheckKey(dueAt(2 * DUE - 60), 'P', 1).sk]);
    expect(told).toEqual([]);
    await sweepAt('P', 2 * DUE - 55);
    expect(told).toHaveLength(1);
  });

  it('at the moment of the check wins where it is first, and is the end of the silence where it is second', async () => {
    await create('P');
    const reportsFirst: SweepDeps['recordOverdue'] = async (product, id) => {
      await reportAt('P', DUE + 5);
      return await recordOverdue(table, product, id);
    };
    await sweepAt('P', DUE + 5, { recordOverdue: reportsFirst });
    expect(told).toEqual([]);
    await sweepAt('P', DUE + 10);
    expect([told, await checks()]).toEqual([[], [reportCheckKey(dueAt(2 * DUE + 5), 'P', 1).sk]]);
    await sweepAt('P', 2 * DUE + 10);
    await reportAt('P', 2 * DUE + 10);
    expect(told).toHaveLength(1);
    expect(await checks()).toEqual([reportCheckKey(dueAt(3 * DUE + 10), 'P', 4).sk]);
  });
});

describe('the expected hours', () => {
  it('may become fewer or more', async () => {
    await create('Few');
    await revise('Few', { report_expected_hours: 1 }, 5);
    await sweepAt('Few', 65);
    expect(told).toHaveLength(1);
    await create('More');
    await revise('More', { report_expected_hours: 2 * HOURS }, 5);
    await sweepAt('More', DUE + 5);
    expect(told).toHaveLength(1);
    await sweepAt('More', 2 * DUE + 5);
    expect(told.at(-1)).toMatchObject({ product_id: 'More', name: 'Product More: no report for 52 hours' });
    expect(await checks()).toEqual([]);
  });

  it('may be removed, and set again: the check of before is obsolete', async () => {
    await create('P');
    await revise('P', { report_expected_hours: null }, 5);
    await revise('P', { report_expected_hours: HOURS }, 6);
    await reportAt('P', 60);
    expect(await checks()).toHaveLength(2);
    await sweepAt('P', DUE + 5);
    expect(await checks()).toEqual([reportCheckKey(dueAt(DUE + 60), 'P', 3).sk]);
    await revise('P', { report_expected_hours: null }, DUE + 10);
    await sweepAt('P', DUE + 70);
    expect([told, await checks()]).toEqual([[], []]);
  });
});

/** A table of which one call fails, before or after it is done; says whether there was such a call. */
const failingAt = (nth: number, isDone: boolean) => {
  let calls = 0;
  const client = new Proxy(table.client, {
    get: (target, name) =>
      name === 'send'
        ? async (...args: Parameters<typeof target.send>) => {
            calls += 1;
            if (calls !== nth) return await target.send(...args);
            if (isDone) await target.send(...args);
            throw new Error('died');
          }
        : Reflect.get(target, name),
  });
  return { on: { ...table, client }, wasReached: () => calls >= nth };
};

describe('a sweeper that dies', () => {
  it.each([true, false])(
    'at any call, done or not (%s), leaves all to the next run, and nothing is notified twice',
    async (isDone) => {
      let points = 0;
      for (let nth = 1; ; nth += 1) {
        table = await running.another();
        told = [];
        await create('Overdue');
        await create('Moved');
        await reportAt('Moved', DUE - 60);
        const { on, wasReached } = failingAt(nth, isDone);
        const run = sweepAt('Overdue', DUE + 5, {}, on).catch(() => {});
        await run;
        if (!wasReached()) break;
        points += 1;
        await sweepAt('Overdue', DUE + 10);
        expect(told.map(({ product_id }) => product_id)).toEqual(['Overdue']);
        expect(await checks()).toEqual([reportCheckKey(dueAt(2 * DUE - 60), 'Moved', 1).sk]);
        await sweepAt('Moved', 2 * DUE);
        expect(told.map(({ product_id }) => product_id)).toEqual(['Overdue', 'Moved']);
      }
      // The scan of what waits, the query, the products, the product, the new checks, and the old ones.
      expect(points).toBe(6);
    },
  );
});

describe('the checks', () => {
  it('of a deleted product end', async () => {
    await create('P');
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: productKey('P') }));
    await sweepAt('P', DUE + 5);
    expect([told, await checks()]).toEqual([[], []]);
  });

  it('of one product that move to the same time become one', async () => {
    await create('P');
    await planReportCheck(table, { product_id: 'P', version: 1, due_at: dueAt(5) });
    await reportAt('P', 60);
    await sweepAt('P', DUE + 5);
    expect(await checks()).toEqual([reportCheckKey(dueAt(DUE + 60), 'P', 1).sk]);
  });

  it('are all made, page by page, but for those of a product that can not be read, which stay', async () => {
    const ids = Array.from({ length: 120 }, (_, position) => `P${String(position).padStart(3, '0')}`);
    for (const id of ids) await create(id);
    const spoilt = { ...productKey('P000'), ...IN_FORMAT, id: 'P000', version: 'two' };
    await table.client.send(new PutCommand({ TableName: table.name, Item: spoilt }));
    await sweeperOn(table).runAt(DUE + 5);
    expect(await checks()).toEqual([reportCheckKey(dueAt(DUE), 'P000', 1).sk]);
    for (const id of ids.slice(1)) expect((await productAt(id))?.report_check?.notification_id).not.toBeNull();
  });
});
