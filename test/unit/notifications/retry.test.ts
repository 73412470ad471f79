import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../../../core/deliveries/model.ts';
import { deliveryItem } from '../../../core/deliveries/store/delivery-item.ts';
import { targetKey } from '../../../core/keys.ts';
import { gateNotification, type Notification } from '../../../core/notifications/model.ts';
import { notificationItem } from '../../../core/notifications/store/notifications.ts';
import type { Product } from '../../../core/products/model.ts';
import { newProduct, reviseProduct } from '../../../core/products/revision.ts';
import { newProductItems } from '../../../core/products/store/products.ts';
import { DEFAULT_SETTINGS } from '../../../core/settings/model.ts';
import { targetName } from '../../../core/targets/target-record.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { someDelivery } from '../deliveries/some-delivery.ts';
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

/** A failed delivery, unless fields say otherwise. */
const deliveryOf = (notificationId: string, fields: Partial<Delivery>): Delivery => ({
  ...someDelivery({ notification_id: notificationId, delivery_id: 'slack', channel: 'slack', target_key: '3fa91c' }),
  target: 'hooks.slack.com #3fa91c',
  status: 'failed',
  last_error: 'The target answered 404',
  settled_at: NOW.toISOString(),
  ...fields,
});

let products = 0;

/** A product whose gate changed so often; answers with the ids of its notifications, each with a delivery. */
const changed = async (times: number, fields: Partial<Delivery> = {}, of: Partial<Notification> = {}) => {
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
    await put(notificationItem({ ...notification, ...of }));
    await put(deliveryItem(deliveryOf(notification.id, fields)));
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

  it('is not refused for an overdue report, though the gate has changed since', async () => {
    const [older] = await changed(2, {}, { from: null, to: null, report_overdue_since: NOW.toISOString() });
    expect(await retry(older)).toMatchObject({ status: 202, sent: [{ notification_id: older }] });
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

const shown = async (fields: Partial<Delivery>) => {
  const [notification_id = ''] = await changed(1, fields);
  const call = { user: 'alice', path: { notification_id } };
  return (await openWorld(test.table, { now: () => NOW }).call('GET /api/notifications/{notification_id}', call)).body;
};

it.each([
  [
    { status: 'skipped', reason_code: 'no_sender' },
    { reason_code: 'no_sender', retryable: true },
  ],
  [
    { status: 'skipped', reason_code: 'superseded' },
    { reason_code: 'superseded', retryable: false },
  ],
  [
    { status: 'skipped', reason_code: 'back_to_told_state' },
    { reason_code: 'back_to_told_state', retryable: false },
  ],
  [
    { status: 'skipped', reason_code: 'report_arrived' },
    { reason_code: 'report_arrived', retryable: false },
  ],
  [{ status: 'sent' }, { reason_code: null, retryable: false, due_at: null, due_reason: null }],
] as const)('a notification says why a delivery was skipped, and whether it may be sent again: %j', async (...of) => {
  const [fields, delivery] = of;
  expect(await shown(fields)).toMatchObject({ deliveries: [delivery] });
});

describe('a notification says when a delivery that waits is sent, and why not yet', () => {
  const at = (seconds: number): string => new Date(NOW.getTime() + seconds * 1_000).toISOString();
  const waiting = { status: 'pending', settled_at: null, due_at: NOW.toISOString() } as const;
  const inHours = { ...waiting, due_at: at(7_200), due_reason: 'schedule' } as const;
  let targets = 0;

  it.each([
    ['at once, where its target was never sent to', waiting, null, { due_at: at(0), due_reason: null }],
    ['its schedule', inHours, null, { due_at: at(7_200), due_reason: 'schedule' }],
    ['a mute', { ...inHours, due_reason: 'mute' }, null, { due_at: at(7_200), due_reason: 'mute' }],
    [
      "its target's interval",
      waiting,
      { next_send_at: at(10), wait_reason: 'interval' },
      { due_at: at(10), due_reason: 'interval' },
    ],
    [
      'a target that throttles',
      waiting,
      { next_send_at: at(60), wait_reason: 'throttled' },
      { due_at: at(60), due_reason: 'throttled' },
    ],
    [
      'the later of two: its schedule',
      inHours,
      { next_send_at: at(60), wait_reason: 'failing' },
      { due_at: at(7_200), due_reason: 'schedule' },
    ],
    [
      'the later of two: its target',
      { ...inHours, due_at: at(30) },
      { next_send_at: at(60), wait_reason: 'failing' },
      { due_at: at(60), due_reason: 'failing' },
    ],
    ['a paused target', inHours, { paused_at: at(-60), paused_by: 'root' }, { due_at: null, due_reason: 'paused' }],
  ] as const)('%s', async (_, fields, record, expected) => {
    targets += 1;
    const target = targetName('slack', `waits-${targets}`);
    if (record !== null) await put({ ...targetKey(target), target, channel: 'slack', ...record });
    expect(await shown({ ...fields, target_key: `waits-${targets}` })).toMatchObject({ deliveries: [expected] });
  });
});
