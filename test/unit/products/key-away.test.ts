import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { readProduct } from '../../../core/products/store/products.ts';
import { readSettings } from '../../../core/settings/store.ts';
import { recordHealth } from '../../../core/targets/store/health.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { openWorld } from './world.ts';

const SLACK = 'https://hooks.slack.com/services/T0123ABCD/B0123ABCD/s3cr3ts3cr3ts3cr3t';
const OTHER = 'https://hooks.slack.com/services/T0123ABCD/B0123ABCD/0th3r0th3r0th3r';
const MASKED = 'https://hooks.slack.com/***';
const PRODUCT = '/api/products/{product_id}';
const path = { product_id: 'p1' };
const olivia = { user: 'olivia', path };
const alice = { user: 'alice', isAdministrator: true };

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

let table: Table;
let world: ReturnType<typeof openWorld>;
beforeEach(async () => {
  table = await running.another();
  world = openWorld(table);
  const body = { name: 'Shop', notification_slack_webhook: SLACK };
  expect(await world.call('POST /api/products', { user: 'olivia', body })).toMatchObject({ status: 201 });
  const settings = { exception_slack_webhook: SLACK };
  expect(await world.call('PATCH /api/settings', { ...alice, body: settings })).toMatchObject({ status: 200 });
  world.kms.isAway = true;
});

const kept = async () => (await readProduct(table, { productId: 'p1', user: 'olivia' }))?.product;

describe('while the webhook key is away', () => {
  it('a product shows its webhook masked, with a mark, to its maintainers', async () => {
    const { status, body } = await world.call(`GET ${PRODUCT}`, olivia);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      notification_slack_webhook: MASKED,
      unreadable_fields: ['notification_slack_webhook'],
    });
    world.kms.isAway = false;
    const after = (await world.call(`GET ${PRODUCT}`, olivia)).body;
    expect(after).toMatchObject({ notification_slack_webhook: SLACK, unreadable_fields: [] });
  });

  it('so do the settings', async () => {
    const { status, body } = await world.call('GET /api/settings', alice);
    expect(status).toBe(200);
    expect(body).toMatchObject({ exception_slack_webhook: MASKED, unreadable_fields: ['exception_slack_webhook'] });
  });

  it('a change that needs no key is written once and answered with its ETag', async () => {
    // As CloudFront makes it weak when it compresses the answer.
    const headers = { 'if-match': 'W/"1"' };
    const changed = await world.call(`PATCH ${PRODUCT}`, { ...olivia, headers, body: { description: 'new' } });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { description: 'new' } });
    expect(await kept()).toMatchObject({ description: 'new', version: 2 });
    const settings = await world.call('PATCH /api/settings', { ...alice, headers, body: { exception_rate_limit: 7 } });
    expect(settings).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { exception_rate_limit: 7 } });
  });

  it('a change that needs the key answers 503 with Retry-After and writes nothing', async () => {
    const body = { description: 'new', notification_slack_webhook: OTHER };
    const headers = { 'if-match': '"1"' };
    const refused = await world.call(`PATCH ${PRODUCT}`, { ...olivia, headers, body });
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
    expect(refused.body).toMatchObject({ type: 'urn:gatebell:problem:unavailable', status: 503 });
    expect(await kept()).toMatchObject({ description: '', version: 1 });
    const settings = { exception_slack_webhook: OTHER };
    expect(await world.call('PATCH /api/settings', { ...alice, body: settings })).toMatchObject({ status: 503 });
    expect((await readSettings(table)).version).toBe(1);
    const creation = { name: 'Other', notification_slack_webhook: SLACK };
    expect(await world.call('POST /api/products', { user: 'olivia', body: creation })).toMatchObject({ status: 503 });
    world.kms.isAway = false;
    const again = await world.call(`PATCH ${PRODUCT}`, { ...olivia, headers, body });
    expect(again).toMatchObject({ status: 200, body: { notification_slack_webhook: OTHER } });
  });

  it('all refused requests are one exception, for all callers', async () => {
    await world.call(`PATCH ${PRODUCT}`, { ...olivia, body: { notification_slack_webhook: OTHER } });
    await world.call('PATCH /api/settings', { ...alice, body: { exception_slack_webhook: OTHER } });
    const kinds = world.captured.map(({ type, exception_class, arguments: args }) =>
      JSON.stringify([type, exception_class, args]),
    );
    expect([kinds.length, new Set(kinds).size]).toEqual([2, 1]);
  });
});

describe('a channel that is set again', () => {
  const broken = {
    channel: 'slack',
    target: 'hooks.slack.com #000000',
    target_key: '000000',
    failing_since: '2026-11-24T10:00:00.000Z',
    reason: 'no_service',
    broken_at: '2026-11-24T10:00:00.000Z',
    gone: true,
    product_name: 'Shop',
    revision: 'r1',
  } as const;

  it('is tried again by the same write, for products and settings', async () => {
    world.kms.isAway = false;
    for (const productId of ['p1', null])
      await recordHealth(table, { productId, deliveryId: 'slack' }, { before: null, after: broken });
    await world.call(`PATCH ${PRODUCT}`, { ...olivia, body: { notification_slack_webhook: OTHER } });
    await world.call('PATCH /api/settings', { ...alice, body: { exception_slack_webhook: OTHER } });
    expect((await readProduct(table, { productId: 'p1', user: 'olivia' }))?.health.size).toBe(0);
    expect((await world.call('GET /api/settings', alice)).body).toMatchObject({ broken_channels: [] });
  });
});
