import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Notification } from '../../../core/notifications/model.ts';
import { notificationItem } from '../../../core/notifications/store/notifications.ts';
import { writeItems } from '../../../local/seed/write-items.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { notificationOf } from './steps.ts';
import { openWorld, type World } from './world.ts';

const NOON_MS = Date.parse('2026-11-24T12:00:00Z');
const HOUR_MS = 3_600_000;

/** One notification an hour, the newest at noon. */
const hourly = (texts: readonly Partial<Notification>[]): Notification[] =>
  texts.map((fields, age) => ({ ...notificationOf('task', null, NOON_MS - age * HOUR_MS), ...fields }));

const some = hourly([
  {
    name: 'Security gate of Payment service changed from passed to failed',
    message: '3 critical, 0 allowed.',
    product_name: 'Payment service',
    from: 'passed',
    to: 'failed',
    user: 'ci-pipeline',
  },
  { name: 'Exception ENOSPC', message: 'No space left on the disk', exception_class: 'DiskError', user: 'Rita' },
  { name: 'Exception ETIMEDOUT', message: 'The disk answers late', function: 'nightly_export', user: null },
]);

/** More than a page reads at once. */
const older = Array.from({ length: 60 }, (_, age) => notificationOf('task', null, NOON_MS - (100 + age) * HOUR_MS));

let running: TestTable;
let world: World;
beforeAll(async () => {
  running = await startTestTable();
  world = openWorld(running.table, { now: () => new Date(NOON_MS) });
  await writeItems(running.table, [...some, ...older].map(notificationItem)[Symbol.iterator]());
});
afterAll(() => running.stop());

const pageSchema = z.looseObject({
  results: z.array(z.looseObject({ id: z.string() })),
  next: z.nullable(z.string()),
  searched_to: z.nullable(z.string()),
});

const page = async (query: Record<string, string>) => {
  const { body } = await world.call('GET /api/notifications', { user: 'alice', isAdministrator: true, query });
  return pageSchema.parse(body);
};

/** Positions, 0 the newest, of what a query finds. */
const found = async (query: Record<string, string>): Promise<number[]> =>
  (await page(query)).results.map(({ id }) => some.findIndex((each) => each.id === id)).filter((at) => at >= 0);

describe('a search', () => {
  it.each([
    ['disk', [1, 2]],
    ['disk space', [1]],
    ['SPACE   disk', [1]],
    ['late nightly', [2]],
    ['DiskError', [1]],
    ['rita', [1]],
    ['Payment service failed its gate', [0]],
    ['disk payment', []],
    ['  ', [0, 1, 2]],
  ])('for %j finds what has each word somewhere', async (search, expected) => {
    expect(await found({ search })).toEqual(expected);
  });
});

describe('a filter', () => {
  it.each([
    [{ product_name: 'PAY' }, [0]],
    [{ user: 'it' }, [1]],
    [{ user: 'pipe', search: 'critical' }, [0]],
    [{ created_from: '2026-11-24T11:00:00Z' }, [0, 1]],
    [{ created_to: '2026-11-24T11:00:00Z' }, [2]],
    [{ created_from: '2026-11-24T12:00:00+01:00', created_to: '2026-11-24T11:00:00.001Z' }, [1]],
    [{ created_from: '2026-11-24T12:00:00.001Z' }, []],
    [{ created_to: '0001-01-01T00:00:00Z' }, []],
    [{ created_from: '9999-12-31T23:59:59Z' }, []],
  ])('%j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });
});

describe('a page', () => {
  it('names the time down to which it searched, and none once all is searched', async () => {
    const first = await page({ limit: '1' });
    expect(first.searched_to).toBe('2026-11-24T12:00:00.000Z');
    expect((await page({ limit: '100' })).searched_to).toBe(null);
  });

  it('ends at the beginning of its range, though there are older ones', async () => {
    expect((await page({ limit: '2', created_from: '2026-11-24T11:00:00Z' })).next).toBe(null);
    expect((await page({ limit: '1', created_from: '2026-11-24T11:00:00Z' })).next).not.toBe(null);
  });
});
