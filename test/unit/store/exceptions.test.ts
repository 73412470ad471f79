import { randomBytes, randomUUID } from 'node:crypto';
import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ExceptionReport, prepareException } from '../../../functions/domain/exception.ts';
import { type Notification, notification } from '../../../functions/domain/notification.ts';
import { newProduct } from '../../../functions/domain/product-revision.ts';
import { DEFAULT_SETTINGS } from '../../../functions/domain/settings.ts';
import { type RecordedException, recordException } from '../../../functions/store/exceptions.ts';
import { notificationKey, productNotificationKey } from '../../../functions/store/keys.ts';
import { createProduct, deleteProduct } from '../../../functions/store/products.ts';
import { readSettings, replaceSettings } from '../../../functions/store/settings.ts';
import { startTestTable, type TestTable } from '../../table.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

const START = Date.parse('2026-11-24T10:00:00Z');
const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Each test has an exception of its own. */
let report: ExceptionReport;
beforeEach(async () => {
  await rateLimit(HOUR);
  report = {
    type: 'exception',
    exception_class: 'TypeError',
    message: `x is undefined (${randomUUID()})`,
    trace: 'TypeError\n    at a.ts:1:1',
    function: 'importer',
    arguments: { scan: 7 },
    product_id: null,
    user: 'ci',
  };
});

const rateLimit = async (exception_rate_limit: number): Promise<void> => {
  const before = await readSettings(running.table);
  const after = { ...before, exception_rate_limit, version: before.version + 1 };
  expect(await replaceSettings(running.table, { before, after })).toBe('written');
};

const occurs = (afterSeconds: number, of: ExceptionReport = report): Promise<RecordedException> =>
  recordException(running.table, {
    exception: prepareException(of),
    now: new Date(START + afterSeconds * 1_000),
    randomId: randomUUID,
  });

const stored = async (recorded: RecordedException): Promise<Notification> => {
  if (recorded.kind !== 'notified') throw new Error('It was held back');
  const get = { TableName: running.table.name, Key: notificationKey(recorded.notificationId) };
  return notification.parse((await running.table.client.send(new GetCommand(get))).Item);
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
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => occurs(0)));
    expect(outcomes.filter(({ kind }) => kind === 'notified')).toHaveLength(1);
    expect(await notificationsOf(report.message)).toBe(1);
    expect(await stored(await occurs(HOUR))).toMatchObject({ suppressed: 199 });
  });

  it('tells apart class, message, function and arguments, and nothing else', async () => {
    await occurs(0);
    const others = [
      { ...report, exception_class: 'RangeError' },
      { ...report, message: `${report.message}!` },
      { ...report, function: 'scanner' },
      { ...report, arguments: { scan: 8 } },
      { ...report, arguments: null },
    ];
    for (const other of others) expect((await occurs(1, other)).kind).toBe('notified');
    const equals = [
      { ...report, user: 'rita' },
      { ...report, trace: null },
      { ...report, type: 'task' as const },
    ];
    for (const equal of equals) expect((await occurs(1, equal)).kind).toBe('held-back');
  });

  it('follows a changed rate limit at once, also when it is open', async () => {
    await occurs(0);
    expect((await occurs(600)).kind).toBe('held-back');
    await rateLimit(300);
    expect(await stored(await occurs(601))).toMatchObject({ suppressed: 1 });
    await rateLimit(2 * HOUR);
    expect((await occurs(601 + HOUR)).kind).toBe('held-back');
  });

  it('sends every one at a rate limit of 0, also of 50 at once, and tells what was held back before', async () => {
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
    const revision = { user: 'olivia', settings: DEFAULT_SETTINGS, now: new Date(START) };
    const created = newProduct(id, { name: id }, revision);
    await createProduct(running.table, { created, owner: 'olivia' });
    const recorded = await occurs(0, { ...report, type: 'task', product_id: id });
    const { id: notificationId, ...found } = await stored(recorded);
    expect(found).toMatchObject({ product_id: id, product_name: id, type: 'task' });
    const entry = { TableName: running.table.name, Key: productNotificationKey(id, notificationId) };
    expect((await running.table.client.send(new GetCommand(entry))).Item).toBeDefined();
    await deleteProduct(running.table, created);
    expect(await stored(await occurs(HOUR, { ...report, product_id: id }))).toMatchObject({ product_id: null });
  });
});
