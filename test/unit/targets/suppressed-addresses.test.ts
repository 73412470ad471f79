import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCursors } from '../../../core/http/cursor.ts';
import {
  deleteSuppressed,
  findSuppressed,
  listSuppressed,
  readSuppressed,
  suppressAddress,
} from '../../../core/targets/store/suppressed-addresses.ts';
import { suppressedRoutes } from '../../../functions/settings/suppressed-routes.ts';
import { type Call, eventOf } from '../../api-call.ts';
import { startTestTable, type TestTable } from '../../table.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const entry = (address: string) => ({ address, reason: 'spam', since: '2026-11-28T09:00:00.000Z', product_id: 'p1' });

it('keeps the first record of an address, whatever its case and form', async () => {
  await suppressAddress(test.table, entry('Bob@bücher.example'));
  await suppressAddress(test.table, { ...entry('bob@xn--bcher-kva.example'), reason: 'again' });
  expect(await findSuppressed(test.table, 'BOB@bücher.example')).toEqual(entry('Bob@bücher.example'));
  const found = await readSuppressed(test.table, ['bob@BÜCHER.example', 'eve@example.org']);
  expect([...found.values()]).toEqual([entry('Bob@bücher.example')]);
  await deleteSuppressed(test.table, 'bob@bücher.example');
  expect(await findSuppressed(test.table, 'Bob@bücher.example')).toBeNull();
});

it('is listed in pages and lifted through the API', async () => {
  const addresses = ['a@example.org', 'b+x/y?z%@example.org', 'c@example.org'];
  for (const address of addresses) await suppressAddress(test.table, entry(address));
  const lifted: string[] = [];
  const routes = suppressedRoutes({
    listSuppressed: (request) => listSuppressed(test.table, request),
    findSuppressed: (address) => findSuppressed(test.table, address),
    liftSuppression: async ({ address }) => {
      lifted.push(address);
      await deleteSuppressed(test.table, address);
    },
    cursors: makeCursors({ readKey: async () => randomBytes(32), randomBytes }),
    log: { info: () => {}, error: () => {} },
  });
  const call = async (routeKey: string, { user, isAdministrator = false, ...rest }: Call) =>
    await routes[routeKey]?.answer(eventOf(routeKey, { user, ...rest }), { user, isAdministrator, scopes: [] });
  const admin = { user: 'alice', isAdministrator: true } as const;
  const LIST = 'GET /api/suppressed_addresses';
  const LIFT = 'DELETE /api/suppressed_addresses/{address}';
  expect(await call(LIST, { user: 'bob' })).toMatchObject({ status: 403 });
  expect(await call(LIFT, { user: 'bob', path: { address: 'a@example.org' } })).toMatchObject({ status: 403 });

  const first = await call(LIST, { ...admin, query: { limit: '2' } });
  expect(first?.body).toMatchObject({ results: [{ address: addresses[0] }, { address: addresses[1] }] });
  const path = { address: encodeURIComponent(addresses[1] ?? '') };
  expect(await call(LIFT, { ...admin, path })).toMatchObject({ status: 204 });
  expect(await call(LIFT, { ...admin, path })).toMatchObject({ status: 404 });
  expect(await call(LIFT, { ...admin, path: { address: 'nobody' } })).toMatchObject({ status: 404 });
  expect(lifted).toEqual([addresses[1]]);
  expect((await call(LIST, admin))?.body).toMatchObject({
    results: [{ address: addresses[0] }, { address: addresses[2] }],
    next: null,
  });
});
