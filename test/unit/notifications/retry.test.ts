import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../../../core/deliveries/model.ts';
import { deliveryKey } from '../../../core/keys.ts';
import { gateNotification } from '../../../core/notifications/model.ts';
import { notificationItem } from '../../../core/notifications/store/notifications.ts';
import type { Product } from '../../../core/products/model.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { newProductItems } from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { openWorld } from './world.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const NOW = new Date('2026-12-02T14:06:00.000Z');
const put = (Item: Record<string, unknown>) =>
  test.table.client.send(new PutCommand({ TableName: test.table.name, Item }));
const counts = (critical: number) => ({
  observation_counts: { critical, high: 0, medium: 0, low: 0, none: 0, unknown: 0 },
});

const deliveryOf = (notificationId: string, fields: Partial<Delivery>): Omit<Delivery, 'sweep_at'> => ({
  notification_id: notificationId,
  delivery_id: 'slack',
  channel: 'slack',
  source: 'product',
  product_id: 'P',
  target: 'hooks.slack.com #3fa91c',
  target_key: '3fa91c',
  status: 'failed',
  attempts: 1,
  throttles: 0,
  last_error: 'The target answered 404',
  reason_code: null,
  created: NOW.toISOString(),
  updated: NOW.toISOString(),
  next_attempt_at: null,
  has_slot: false,
  claim: 'c',
  lease_until: null,
  settled_at: NOW.toISOString(),
  is_dead_lettered: true,
  sweeps: 0,
  ...fields,
});

let products = 0;

/** A product whose gate changed so often; answers with the ids of its notifications, each with a delivery. */
const changed = async (times: number, fields: Partial<Delivery> = {}) => {
  products += 1;
  const revision = { user: 'ci', settings: DEFAULT_SETTINGS, now: NOW };
  const first = newProduct(`P${products}`, { name: `Product ${products}` }, revision);
  let product: Product = first;
  const ids: string[] = [];
  for (let change = 1; change <= times; change += 1) {
    const after = reviseProduct(product, counts(change % 2), revision);
    const notification = gateNotification(product, after);
    if (notification === null) throw new Error('the gate did not change');
    product = after;
    ids.push(notification.id);
    await put(notificationItem(notification));
    await put({ ...deliveryKey(notification.id, 'slack'), ...deliveryOf(notification.id, fields) });
  }
  for (const item of newProductItems(product, 'alice')) await put(item);
  return ids;
};

const RETRY = 'POST /api/notifications/{notification_id}/deliveries/{delivery_id}/retry';

const retry = async (notification_id: string | undefined) => {
  const world = openWorld(test.table);
  const path = { notification_id: notification_id ?? '', delivery_id: 'slack' };
  const { status, body } = await world.call(RETRY, { user: 'alice', path });
  return { status, body, sent: world.sent };
};

describe('sending a delivery again', () => {
  it('is refused where the gate has changed since, and names the newer notification', async () => {
    const [older, newer] = await changed(2);
    expect(await retry(older)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(newer ?? '?') },
      sent: [],
    });
    expect(await retry(newer)).toMatchObject({ status: 202, sent: [{ notification_id: newer }] });
  });

  it('sends one that was skipped', async () => {
    const [id] = await changed(1, { status: 'skipped', reason_code: 'no_sender', last_error: 'No From address' });
    expect(await retry(id)).toMatchObject({ status: 202, sent: [{ retry_of: NOW.toISOString() }] });
  });

  it.each([{ status: 'sent' as const }, { status: 'retrying' as const, settled_at: null }])(
    'is refused for one that is $status',
    async (fields) => {
      const [id] = await changed(1, fields);
      expect(await retry(id)).toMatchObject({ status: 409, sent: [] });
    },
  );
});

it('a notification says why a delivery was skipped, and whether it may be sent again', async () => {
  const shown = async (fields: Partial<Delivery>) => {
    const [notification_id = ''] = await changed(1, fields);
    const call = { user: 'alice', path: { notification_id } };
    return (await openWorld(test.table).call('GET /api/notifications/{notification_id}', call)).body;
  };
  expect(await shown({ status: 'skipped', reason_code: 'no_sender' })).toMatchObject({
    deliveries: [{ reason_code: 'no_sender', retryable: true }],
  });
  expect(await shown({ status: 'skipped', reason_code: 'superseded' })).toMatchObject({
    deliveries: [{ reason_code: 'superseded', retryable: false }],
  });
  expect(await shown({ status: 'sent' })).toMatchObject({ deliveries: [{ reason_code: null, retryable: false }] });
});
