import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventually } from '../eventually.ts';
import { startTestStack, type TestStack } from '../stack.ts';

let stack: TestStack;
const tokens = { admin: '', olivia: '', rita: '', nora: '' };
type User = keyof typeof tokens;

beforeAll(async () => {
  stack = await startTestStack();
  tokens.admin = await stack.token('alice', { admin: true });
  for (const name of ['olivia', 'rita', 'nora'] as const) tokens[name] = await stack.token(name);
});
afterAll(() => stack.stop());
afterEach(async () => {
  await stack.faults([]);
  await stack.clock(0);
});

const call = (user: User, method: string, path: string, body?: unknown) =>
  stack.api(method, path, { token: tokens[user], ...(body === undefined ? {} : { body }) });

const Page = z.object({
  results: z.array(
    z.object({ id: z.string(), type: z.string(), name: z.string(), message: z.string(), viewed: z.boolean() }),
  ),
  next: z.string().nullable(),
});
const One = z.looseObject({
  fanned_out_at: z.string().nullable(),
  deliveries: z.array(
    z.object({ delivery_id: z.string(), channel: z.string(), target: z.string(), status: z.string() }),
  ),
});
const Id = z.object({ id: z.string() });

const NO_COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const DAY_MS = 86_400_000;
let made = 0;

/** A product of olivia's, read by rita, with a Slack webhook of its own; its gate has failed. */
const failedProduct = async () => {
  made += 1;
  const path = `/product-${made}/slack`;
  const body = { name: `Product ${made}`, notification_slack_webhook: `${stack.handles.receiver}${path}` };
  const { id } = Id.parse((await call('olivia', 'POST', '/api/products', body)).json);
  await call('olivia', 'PUT', `/api/products/${id}/members/rita`, { role: 'reader' });
  return {
    id,
    path,
    fail: () => call('olivia', 'PUT', `/api/products/${id}/observation_counts`, { ...NO_COUNTS, critical: 1 }),
  };
};

const list = async (user: User, query = '') => Page.parse((await call(user, 'GET', `/api/notifications${query}`)).json);

/** Waits for the one notification of a product. */
const notificationOf = (productId: string) =>
  eventually(async () => (await list('olivia', `?product_id=${productId}`)).results[0], 'the notification is there');

const read = async (user: User, id: string) => One.parse((await call(user, 'GET', `/api/notifications/${id}`)).json);

/**
 * All that names a notification, but for the product, its history, and what its routes were last notified of, which refer to
 * their gate changes for longer.
 */
const itemsOf = async (id: string) =>
  (await stack.items()).filter(
    (item) => !/^(PRODUCT$|HISTORY#|NOTIFIED#)/.test(item['sk'] ?? '') && JSON.stringify(item).includes(id),
  );

describe('notifications', () => {
  it('are listed to members and administrators, and are not there for others', async () => {
    const { id: productId, fail } = await failedProduct();
    await fail();
    const { id, name } = await notificationOf(productId);
    expect(name).toBe(`Security gate of Product ${made} changed from passed to failed`);
    for (const user of ['rita', 'admin'] as const) {
      expect((await list(user)).results.map((of) => of.id)).toContain(id);
      expect(await call(user, 'GET', `/api/notifications/${id}`)).toMatchObject({ status: 200 });
    }
    expect((await list('nora')).results).toEqual([]);
    const calls = [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/mark_as_viewed'],
      ['POST', '/deliveries/slack/retry'],
    ] as const;
    const unknown = '01KAT3NDEKTSV4RRFFQ69G5FAV';
    for (const [method, path] of calls) {
      const hidden = await call('nora', method, `/api/notifications/${id}${path}`);
      const missing = await call('nora', method, `/api/notifications/${unknown}${path}`);
      expect([hidden.status, hidden.json]).toEqual([404, missing.json]);
    }
    await call('olivia', 'DELETE', `/api/products/${productId}/members/rita`);
    expect(await call('rita', 'GET', `/api/notifications/${id}`)).toMatchObject({ status: 404 });
    expect((await list('rita')).results.map((of) => of.id)).not.toContain(id);
  });

  it('are marked by each reader for themselves, one and many, and counted', async () => {
    const { id: productId, fail } = await failedProduct();
    await fail();
    const { id } = await notificationOf(productId);
    const before = z
      .object({ count: z.int() })
      .parse((await call('rita', 'GET', '/api/notifications/unviewed_count')).json);
    expect(await call('rita', 'POST', `/api/notifications/${id}/mark_as_viewed`)).toMatchObject({ status: 204 });
    expect(await call('rita', 'POST', `/api/notifications/${id}/mark_as_viewed`)).toMatchObject({ status: 204 });
    expect(await call('rita', 'GET', '/api/notifications/unviewed_count')).toMatchObject({
      json: { count: before.count - 1, more: false, text: String(before.count - 1) },
    });
    const viewedBy = async (user: User) => (await list(user)).results.find((of) => of.id === id)?.viewed;
    expect([await viewedBy('rita'), await viewedBy('olivia')]).toEqual([true, false]);
    const unviewed = await list('rita', '?exclude_already_viewed=true');
    expect(unviewed.results.map((of) => of.id)).not.toContain(id);
    const unknown = '01KAT3NDEKTSV4RRFFQ69G5FAV';
    expect(
      await call('olivia', 'POST', '/api/notifications/bulk_mark_as_viewed', { notifications: [unknown, id] }),
    ).toMatchObject({
      json: {
        results: [
          { id: unknown, result: 'not_found' },
          { id, result: 'marked' },
        ],
      },
    });
  });

  it('are all marked up to the newest one that the call names', async () => {
    const { id: productId, fail } = await failedProduct();
    await fail();
    const { id } = await notificationOf(productId);
    const marked = await call('rita', 'POST', '/api/notifications/mark_all_as_viewed', { up_to: id });
    expect(marked).toMatchObject({ status: 204 });
    expect(await list('rita', '?exclude_already_viewed=true')).toMatchObject({ results: [], next: null });
    const { results } = await list('olivia');
    expect(results.find((of) => of.id === id)?.viewed).toBe(false);
    expect(await call('rita', 'GET', '/api/notifications/unviewed_count')).toMatchObject({ json: { count: 0 } });
  });

  it('are answered 304 to a caller that has the same page', async () => {
    const path = '/api/notifications?limit=1';
    const first = await call('olivia', 'GET', path);
    const etag = first.headers.get('etag') ?? '';
    const again = (tag: string) => stack.api('GET', path, { token: tokens.olivia, headers: { 'if-none-match': tag } });
    expect(await again(etag)).toMatchObject({ status: 304, text: '' });
    expect(await again('W/"other"')).toMatchObject({ status: 200 });
  });

  /** With a delivery and two marks, at rest. */
  const markedNotification = async () => {
    const { id: productId, fail } = await failedProduct();
    await fail();
    const { id } = await notificationOf(productId);
    await stack.atRest(20_000);
    for (const user of ['rita', 'olivia'] as const) await call(user, 'POST', `/api/notifications/${id}/mark_as_viewed`);
    return id;
  };

  const untilTombstoneAlone = (id: string) =>
    eventually(
      async () => (await itemsOf(id)).every(({ sk, expires_at }) => sk === 'NOTIFICATION' && expires_at !== undefined),
      'nothing is left but the tombstone',
      20_000,
    );

  it('take everything with them when an owner deletes them', async () => {
    const id = await markedNotification();
    expect((await itemsOf(id)).length).toBeGreaterThan(6);
    const refused = await call('rita', 'POST', '/api/notifications/bulk_delete', { notifications: [id] });
    expect(refused).toMatchObject({ json: { results: [{ id, result: 'forbidden' }] } });
    expect(await call('rita', 'DELETE', `/api/notifications/${id}`)).toMatchObject({ status: 403 });
    expect(await call('olivia', 'DELETE', `/api/notifications/${id}`)).toMatchObject({ status: 204 });
    expect(await call('olivia', 'DELETE', `/api/notifications/${id}`)).toMatchObject({ status: 404 });
    await untilTombstoneAlone(id);
    // The engine's own clock can't be moved: what sweeps the tombstone is its time, longer than any record is tried.
    const [tombstone] = await itemsOf(id);
    const leftMs = Number(tombstone?.['expires_at']) * 1_000 - Date.now();
    expect(leftMs / DAY_MS).toBeGreaterThan(2);
    expect(leftMs / DAY_MS).toBeLessThanOrEqual(8);
  });

  it('take everything with them when they expire, and count nowhere', async () => {
    const id = await markedNotification();
    await call('admin', 'PATCH', '/api/settings', { notification_retention_days: 1 });
    await stack.clock(DAY_MS + DAY_MS / 24);
    await untilTombstoneAlone(id);
    // The run of the other partitions, while the retention is a day.
    await stack.atRest(120_000, { ignoreWaiting: true });
    await stack.clock(0);
    await call('admin', 'PATCH', '/api/settings', { notification_retention_days: 400 });
    expect(await call('olivia', 'GET', `/api/notifications/${id}`)).toMatchObject({ status: 404 });
    await eventually(async () => (await list('olivia')).results.length === 0, 'all of them have expired', 20_000);
    expect(await call('olivia', 'GET', '/api/notifications/unviewed_count')).toMatchObject({ json: { text: '0' } });
  });

  it.each([
    { function: 'notifications', nth: 4, when: 'after' },
    { function: 'gate-trigger', nth: 2, when: 'before' },
    { function: 'gate-trigger', nth: 2, when: 'after' },
    { function: 'background', nth: 1, when: 'after' },
    { function: 'background', nth: 2, when: 'after' },
    { function: 'background', nth: 5, when: 'before' },
  ] as const)('leave nothing behind where $function dies $when its call $nth', async (fault) => {
    const id = await markedNotification();
    await stack.clearCalls();
    await stack.faults([{ ...fault, do: 'kill' }]);
    await call('olivia', 'DELETE', `/api/notifications/${id}`);
    await eventually(
      async () => (await stack.calls({ function: fault.function })).calls.some(({ outcome }) => /kill/i.test(outcome)),
      `${fault.function} died`,
      20_000,
    );
    // What it left in a queue is shown again when it is no longer hidden.
    await stack.clock(DAY_MS / 24);
    await untilTombstoneAlone(id);
  });
});

describe('a failed delivery', () => {
  it('shows why, and can be sent again by users with the right', async () => {
    const { id: productId, path, fail } = await failedProduct();
    await stack.behaviour([{ path, status: 404, body: 'no_service', times: 1 }]);
    await fail();
    const { id } = await notificationOf(productId);
    const until = (status: string) =>
      eventually(
        async () => {
          const shown = await read('olivia', id);
          return shown.deliveries[0]?.status === status && shown;
        },
        `the delivery is ${status}`,
        20_000,
      );
    const { deliveries, fanned_out_at } = await until('failed');
    expect(fanned_out_at).not.toBeNull();
    expect(deliveries).toMatchObject([{ delivery_id: 'slack', channel: 'slack' }]);
    expect(JSON.stringify(deliveries)).not.toContain(path);
    const retry = `/api/notifications/${id}/deliveries/slack/retry`;
    expect(await call('rita', 'POST', retry)).toMatchObject({ status: 403 });
    expect(await call('olivia', 'POST', retry.replace('slack', 'nothing'))).toMatchObject({ status: 404 });
    // The webhook counts as gone until a test message gets through to it.
    const tested = await call('olivia', 'POST', `/api/products/${productId}/test_notification?channel=slack`);
    expect(tested).toMatchObject({ status: 200, json: { results: [{ outcome: 'sent' }] } });
    expect(await call('olivia', 'POST', retry)).toMatchObject({ status: 202 });
    await until('sent');
    expect(await call('olivia', 'POST', retry)).toMatchObject({ status: 409 });
    expect(await stack.messages(path)).toHaveLength(3);
  });
});

describe('a task exception of a product', () => {
  it('is masked for members, in what is shown and in what is found', async () => {
    const { id: productId } = await failedProduct();
    const report = {
      type: 'task',
      exception_class: 'TimeoutError',
      message: 'secretword',
      trace: 'at secretplace',
      function: 'nightly-import',
      arguments: { account: 'secretaccount' },
      product_id: productId,
    };
    expect(await call('admin', 'POST', '/api/exceptions', report)).toMatchObject({ status: 201 });
    const { id } = await notificationOf(productId);
    for (const path of [`/api/notifications/${id}`, `/api/notifications?product_id=${productId}`]) {
      expect((await call('rita', 'GET', path)).text).not.toContain('secret');
      expect((await call('admin', 'GET', path)).text).toContain('secretword');
    }
    const found = async (user: User) => (await list(user, '?message=SECRETWORD')).results.length;
    expect([await found('rita'), await found('admin')]).toEqual([0, 1]);
    expect((await list('rita', '?type=task&function=NIGHTLY')).results).toMatchObject([{ id, message: '...' }]);
  });
});

describe('the description of the API', () => {
  it('needs no token', async () => {
    const answer = await stack.api('GET', '/api/openapi.json');
    expect(answer).toMatchObject({ status: 200, json: { openapi: '3.1.0' } });
  });
});
