import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { notificationItem } from '../../../core/notifications/store/notifications.ts';
import { writeItems } from '../../../local/seed/write-items.ts';
import type { Call } from '../../api-call.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { notificationOf } from './steps.ts';
import { openWorld, type World } from './world.ts';

let running: TestTable;
let world: World;
let nowMs = Date.parse('2026-11-24T12:00:00Z');
const some = Array.from({ length: 3 }, (_, age) => notificationOf('task', null, nowMs - age * 1_000));

beforeAll(async () => {
  running = await startTestTable();
  world = openWorld(running.table, { now: () => new Date(nowMs) });
  await writeItems(running.table, some.map(notificationItem)[Symbol.iterator]());
});
afterAll(() => running.stop());

const admin = { user: 'alice', isAdministrator: true };
const LIST = 'GET /api/notifications';
const Problem = z.looseObject({ status: z.literal(400), errors: z.array(z.object({ path: z.string() })) });

/** The places that the API finds wrong. */
const wrongPlaces = async (routeKey: string, call: Partial<Call>): Promise<string[]> => {
  const { body } = await world.call(routeKey, { ...admin, ...call });
  return Problem.parse(body).errors.map(({ path }) => path);
};

describe('a list', () => {
  it.each([
    ['limit', '0'],
    ['limit', '101'],
    ['limit', 'ten'],
    ['limit', '-1'],
    ['limit', '1e1'],
    ['type', 'gate'],
    ['type', ''],
    ['exclude_already_viewed', 'yes'],
    ['product_id', ''],
    ['name', 'x'.repeat(256)],
    ['search', 'x'.repeat(256)],
    ['product_name', 'x'.repeat(256)],
    ['user', 'x'.repeat(256)],
    ['created_from', 'yesterday'],
    ['created_to', '2026-11-24'],
    ['created_from', '2026-13-24T10:00:00Z'],
    ['colour', 'red'],
    ['cursor', ''],
    ['cursor', 'abc'],
    ['cursor', `${'A'.repeat(2_001)}`],
  ])('refuses %s=%s', async (name, value) => {
    expect(await wrongPlaces(LIST, { query: { [name]: value } })).toEqual([name]);
  });

  it('refuses a cursor that is another caller’s, another query’s, altered, cut or old', async () => {
    const query = { limit: '1' };
    const { next } = await world.page({ ...admin, query });
    const cursor = next ?? '';
    expect((await world.page({ ...admin, query: { ...query, cursor } })).results).toHaveLength(1);
    // Another size of page is no other query.
    expect((await world.page({ ...admin, query: { limit: '2', cursor } })).results).toHaveLength(2);
    const altered = `${cursor.slice(0, 20)}${cursor[20] === 'A' ? 'B' : 'A'}${cursor.slice(21)}`;
    const refused: Partial<Call>[] = [
      { user: 'bob', query: { cursor } },
      { isAdministrator: false, query: { cursor } },
      { query: { cursor, type: 'task' } },
      { query: { cursor, exclude_already_viewed: 'true' } },
      { query: { cursor, search: 'other' } },
      { query: { cursor, created_from: '2026-11-24T10:00:00Z' } },
      { query: { cursor: altered } },
      { query: { cursor: cursor.slice(0, -1) } },
      { query: { cursor: `${cursor}A` } },
    ];
    for (const call of refused) expect(await wrongPlaces(LIST, call), JSON.stringify(call)).toEqual(['cursor']);
    nowMs += 25 * 3_600_000;
    expect(await wrongPlaces(LIST, { query: { cursor } })).toEqual(['cursor']);
  });
});

describe.each(['bulk_mark_as_viewed', 'bulk_delete'])('%s', (name) => {
  const route = `POST /api/notifications/${name}`;
  const ids = (count: number) => Array.from({ length: count }, (_, n) => String(n).padStart(26, '0'));

  it.each([
    ['no ids', [], ['notifications']],
    ['251 ids', ids(251), ['notifications']],
    ['doubled ids', [...ids(2), ...ids(1)], ['notifications.2']],
    ['what are no ids', ['x', 7, ...ids(1)], ['notifications.0', 'notifications.1']],
    ['no list', 'all', ['notifications']],
  ])('refuses %s, and does nothing', async (_, notifications, places) => {
    expect(await wrongPlaces(route, { body: { notifications } })).toEqual(places);
    expect((await world.page(admin)).results).toHaveLength(3);
  });

  it('takes 250 ids, and says of each that is not there that it is not', async () => {
    const notifications = ids(250);
    const { status, body } = await world.call(route, { ...admin, body: { notifications } });
    expect({ status, body }).toEqual({
      status: 200,
      body: { results: notifications.map((id) => ({ id, result: 'not_found' })) },
    });
  });
});

it.each([
  ['GET /api/notifications/{notification_id}', {}],
  ['DELETE /api/notifications/{notification_id}', {}],
  ['POST /api/notifications/{notification_id}/mark_as_viewed', {}],
  ['POST /api/notifications/{notification_id}/deliveries/{delivery_id}/retry', { delivery_id: 'slack' }],
])('%s refuses what is no id', async (route, more) => {
  for (const id of ['x', '01kat3ndektsv4rrffq69g5fav', '../products']) {
    expect(await wrongPlaces(route, { path: { notification_id: id, ...more } })).toEqual(['notification_id']);
  }
});
