import { randomBytes, randomUUID } from 'node:crypto';
import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ExceptionReport, prepareException } from '../../../core/exceptions/model.ts';
import { recordException } from '../../../core/exceptions/store/record-exception.ts';
import { notificationKey, productNotificationKey } from '../../../core/keys.ts';
import { type Notification, notificationSchema } from '../../../core/notifications/model.ts';
import type { Product } from '../../../core/products/model.ts';
import { newProduct } from '../../../core/products/revision.ts';
import { createProduct, deleteProduct } from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../core/settings/model.ts';
import { readSettings, replaceSettings } from '../../../core/settings/store.ts';
import { startTestTable, type TestTable } from '../../table.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

const START = Date.parse('2026-11-24T10:00:00Z');
const HOUR = 3_600;
const DAY = 24 * HOUR;

type Recorded = Awaited<ReturnType<typeof recordException>>;

/** Each test has an exception of its own. */
let report: ExceptionReport;
beforeEach(async () => {
  await configure({ exception_rate_limit: HOUR, exception_grouping: 'similar' });
  report = {
    origin: 'reported',
    type: 'exception',
    exception_class: 'TypeError',
    message: `x is undefined in '${randomUUID()}'`,
    trace: 'TypeError\n    at a.ts:1:1',
    function: 'importer',
    arguments: { file: 'a' },
    product_id: null,
    user: 'ci',
  };
});

const configure = async (change: Partial<Settings>): Promise<void> => {
  const before = await readSettings(running.table);
  const after = { ...before, ...change, version: before.version + 1 };
  expect(await replaceSettings(running.table, { before, after, now: new Date() })).toBe('written');
};

const rateLimit = (exception_rate_limit: number): Promise<void> => configure({ exception_rate_limit });

const create = async (id: string): Promise<Product> => {
  const created = newProduct(id, { name: id }, { user: 'olivia', settings: DEFAULT_SETTINGS, now: new Date(START) });
  await createProduct(running.table, { created, owner: 'olivia' });
  return created;
};

const occurs = (afterSeconds: number, of: ExceptionReport = report) =>
  recordException(running.table, {
    exception: prepareException(of),
    now: new Date(START + afterSeconds * 1_000),
    randomId: randomUUID,
  });

const stored = async (recorded: Recorded): Promise<Notification> => {
  if (recorded.kind !== 'notified') throw new Error('It was held back');
  const get = { TableName: running.table.name, Key: notificationKey(recorded.notificationId) };
  return notificationSchema.parse((await running.table.client.send(new GetCommand(get))).Item);
};

const notificationsOf = async (message: string): Promise<number> => {
  const { Items = [] } = await running.table.client.send(new ScanCommand({ TableName: running.table.name }));
  return Items.filter((item) => item['sk'] === 'NOTIFICATION' && item['message'] === message).length;
};

describe('the window of an exception', () => {
  it('notifies the first, holds its equals back, and says at the next how many there were', async () => {
    expect(await stored(await occurs(0))).toMatchObject({ suppressed: null, exception_class: 'TypeError', user: 'ci' });
    expect(await occurs(60)).toEqual({ kind: 'held-back', until: new Date(START + HOUR * 1_000) });
    expect((await occurs(HOUR - 1)).kind).toBe('held-back');
    expect(await stored(await occurs(HOUR))).toMatchObject({
      suppressed: 2,
      suppressed_since: '2026-11-24T10:00:00.000Z',
      suppressed_last: '2026-11-24T10:59:59.000Z',
    });
    expect((await occurs(HOUR + 1)).kind).toBe('held-back');
    expect(await stored(await occurs(2 * HOUR))).toMatchObject({ suppressed: 1 });
  });

  it('notifies a recurrence after a day and ten minutes', async () => {
    await occurs(0);
    expect((await occurs(DAY + 600)).kind).toBe('notified');
  });

  it('is one notification for 200 equals at once, and counts the other 199', async () => {
    // A millisecond apart, so that their notifications have ids of their own: the window alone keeps all but one back.
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, position) => occurs(position / 1_000)));
    expect(outcomes.filter(({ kind }) => kind === 'notified')).toHaveLength(1);
    expect(await notificationsOf(report.message)).toBe(1);
    expect(await stored(await occurs(HOUR + 1))).toMatchObject({ suppressed: 199 });
  });

  it('distinguishes origin, type, class, message, function, and arguments, and nothing else', async () => {
    await occurs(0);
    const others: ExceptionReport[] = [
      { ...report, origin: 'gatebell' },
      { ...report, origin: 'alarm' },
      { ...report, type: 'task' },
      { ...report, exception_class: 'RangeError' },
      { ...report, message: `${report.message}!` },
      { ...report, function: 'scanner' },
      { ...report, arguments: { file: 'b' } },
      { ...report, arguments: null },
    ];
    for (const other of others) expect((await occurs(1, other)).kind).toBe('notified');
    const equals: ExceptionReport[] = [
      { ...report, user: 'rita' },
      { ...report, trace: null },
      { ...report, request_id: 'another' },
    ];
    for (const equal of equals) expect((await occurs(1, equal)).kind).toBe('held-back');
  });

  it('gives two products a window each, with separate counts', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    for (const id of [one, two]) await create(id);
    const of = (product_id: string): ExceptionReport => ({ ...report, type: 'task', product_id });
    expect(await stored(await occurs(0, of(one)))).toMatchObject({ product_id: one });
    for (const seconds of [1, 2, 3]) expect((await occurs(seconds, of(one))).kind).toBe('held-back');
    expect(await stored(await occurs(4, of(two)))).toMatchObject({ product_id: two, suppressed: null });
    expect(await stored(await occurs(HOUR, of(one)))).toMatchObject({ product_id: one, suppressed: 3 });
    expect(await stored(await occurs(HOUR + 4, of(two)))).toMatchObject({ product_id: two, suppressed: null });
  });

  it('does not ask for the order of keys in arguments, nested ones included', async () => {
    await occurs(0, {
      ...report,
      arguments: { file: 'a', options: { strict: true, kind: ['x', { p: 'q', r: 's' }] } },
    });
    const turned = { options: { kind: ['x', { r: 's', p: 'q' }], strict: true }, file: 'a' };
    expect((await occurs(1, { ...report, arguments: turned })).kind).toBe('held-back');
    const other = { options: { kind: [{ r: 's', p: 'q' }, 'x'], strict: true }, file: 'a' };
    expect((await occurs(1, { ...report, arguments: other })).kind).toBe('notified');
  });

  it('holds back what differs by a number, and keeps the number in the message', async () => {
    const job = (n: number): ExceptionReport => ({
      ...report,
      message: `job ${n} took ${n * 2} ms, of ${report.message}`,
      arguments: { run: n, id: randomUUID() },
    });
    expect(await stored(await occurs(0, job(17)))).toMatchObject({ message: job(17).message });
    for (let n = 1; n <= 41; n += 1) expect((await occurs(n, job(n))).kind).toBe('held-back');
    expect(await stored(await occurs(HOUR, job(99)))).toMatchObject({
      message: job(99).message,
      suppressed: 41,
      exception_grouping: 'similar',
    });
  });

  it('distinguishes exceptions by numbers if they are compared exactly', async () => {
    await configure({ exception_grouping: 'exact' });
    const job = (n: number): ExceptionReport => ({ ...report, message: `job ${n} of ${report.message}` });
    expect((await occurs(0, job(17))).kind).toBe('notified');
    expect((await occurs(1, job(18))).kind).toBe('notified');
    expect((await occurs(2, job(17))).kind).toBe('held-back');
    expect(await stored(await occurs(HOUR, job(17)))).toMatchObject({ suppressed: 1, exception_grouping: 'exact' });
  });

  it('goes by the fingerprint that a caller names, within origin, type and product', async () => {
    await create('product-of-fingerprints');
    const named = (fields: Partial<ExceptionReport>): ExceptionReport => ({
      ...report,
      message: randomUUID(),
      function: `f${randomBytes(4).toString('hex')}`,
      fingerprint: report.message,
      ...fields,
    });
    expect((await occurs(0, named({}))).kind).toBe('notified');
    expect((await occurs(1, named({ exception_class: 'RangeError' }))).kind).toBe('held-back');
    await configure({ exception_grouping: 'exact' });
    const others = [
      named({ fingerprint: 'another' }),
      named({ origin: 'gatebell' }),
      named({ type: 'task' }),
      named({ product_id: 'product-of-fingerprints' }),
    ];
    for (const other of others) expect((await occurs(1, other)).kind).toBe('notified');
  });

  it('follows a changed rate limit at once, also when it is open', async () => {
    await occurs(0);
    expect((await occurs(600)).kind).toBe('held-back');
    await rateLimit(300);
    expect(await stored(await occurs(601))).toMatchObject({ suppressed: 1 });
    await rateLimit(2 * HOUR);
    expect((await occurs(601 + HOUR)).kind).toBe('held-back');
  });

  it('sends every one with a repeat interval of 0, also 50 at once, and reports the repeats before', async () => {
    await occurs(0);
    await occurs(1);
    await rateLimit(0);
    expect(await stored(await occurs(2))).toMatchObject({ suppressed: 1 });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => occurs(2)));
    expect(outcomes.every(({ kind }) => kind === 'notified')).toBe(true);
    expect(await notificationsOf(report.message)).toBe(52);
  });

  it('shows a product its own, and administrators alone what concerns a product that is gone', async () => {
    const id = randomBytes(6).toString('hex');
    const created = await create(id);
    const recorded = await occurs(0, { ...report, type: 'task', product_id: id });
    const { id: notificationId, ...found } = await stored(recorded);
    expect(found).toMatchObject({ product_id: id, product_name: id, type: 'task' });
    const entry = { TableName: running.table.name, Key: productNotificationKey(id, notificationId) };
    expect((await running.table.client.send(new GetCommand(entry))).Item).toBeDefined();
    await deleteProduct(running.table, created);
    expect(await stored(await occurs(HOUR, { ...report, product_id: id }))).toMatchObject({ product_id: null });
  });
});
