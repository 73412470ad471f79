import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../../core/notifications/model.ts';
import { brokenChannelNotification } from '../../../core/targets/broken-channel.ts';
import { targetsOf } from '../../../core/targets/model.ts';
import { healChannels, readHealth } from '../../../core/targets/store/health.ts';
import { actOnChannels } from '../../../functions/gate-trigger/channels-record.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { sealedFields } from '../../vault.ts';
import { oneMessage } from './gates.ts';
import { deliveryOf, dispatcherOn, fannedOut, retry, type Send, seed, settings, slackOf, TEAMS } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const DAY_SECONDS = 86_400;
const gone: Send = async () => ({ kind: 'refused', reason: 'The webhook was removed (no_service)', gone: true });

/** A product with notifications to Slack, of which the messages are at hand. */
const toSlack = (fields = {}) => oneMessage(test.table, fields);

describe('a webhook that is gone', () => {
  it('is recorded with its reason, and the next message to it fails at once', async () => {
    const first = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(gone);
    expect(await dispatcher.run(first.message)).toEqual([]);
    const health = await readHealth(test.table, first.product.id);
    expect(health.get('slack')).toMatchObject({
      gone: true,
      broken_at: dispatcher.now().toISOString(),
      reason: 'The webhook was removed (no_service)',
    });
    const failed = await deliveryOf(test.table, first.message);
    dispatcher.moveSeconds(60);
    expect(await dispatcher.run({ ...first.message.delivery, retry_of: failed.settled_at })).toEqual([]);
    expect(dispatcher.messages).toHaveLength(1);
    expect(await deliveryOf(test.table, first.message)).toMatchObject({
      status: 'failed',
      last_error: 'Broken since 2026-12-02: The webhook was removed (no_service)',
    });
  });

  it('is tried again once another URL is set, and is healthy then without a write', async () => {
    const first = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(gone);
    await dispatcher.run(first.message);
    const failed = await deliveryOf(test.table, first.message);
    const webhook = 'https://hooks.slack.com/services/T0/B0/another';
    const change = sealedFields(first.product.id, { notification_slack_webhook: webhook });
    await seed(test.table).product({ ...first.product, ...change });
    dispatcher.sendBy(async () => ({ kind: 'sent' }));
    expect(await dispatcher.run({ ...first.message.delivery, retry_of: failed.settled_at })).toEqual([]);
    await dispatcher.run(...dispatcher.woken);
    expect(dispatcher.messages).toHaveLength(2);
    expect(await deliveryOf(test.table, first.message)).toMatchObject({ status: 'sent' });
  });

  it('is tried again once it is healed', async () => {
    const first = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(gone);
    await dispatcher.run(first.message);
    const failed = await deliveryOf(test.table, first.message);
    await healChannels(test.table, { productId: first.product.id, deliveryIds: ['slack', 'ms_teams'] });
    expect((await readHealth(test.table, first.product.id)).size).toBe(0);
    dispatcher.sendBy(async () => ({ kind: 'sent' }));
    await dispatcher.run({ ...first.message.delivery, retry_of: failed.settled_at });
    expect(dispatcher.messages).toHaveLength(2);
  });

  it('leaves nothing behind in the partition of a product that was deleted meanwhile', async () => {
    const { message, product } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(async () => {
      await seed(test.table).removeProduct(product.id);
      return { kind: 'refused', reason: 'gone', gone: true };
    });
    await dispatcher.run(message);
    expect((await readHealth(test.table, product.id)).size).toBe(0);
  });
});

describe('a webhook that fails', () => {
  it('is broken after a day without success, and works again after one', async () => {
    const first = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(retry());
    await dispatcher.run(first.message);
    const failing = (await readHealth(test.table, first.product.id)).get('slack');
    expect(failing).toMatchObject({ broken_at: null, gone: false });
    dispatcher.moveSeconds(DAY_SECONDS);
    await dispatcher.run(first.message);
    expect((await readHealth(test.table, first.product.id)).get('slack')).toMatchObject({
      failing_since: failing?.failing_since,
      broken_at: dispatcher.now().toISOString(),
      reason: 'Failing for a day: The target answered 503',
    });
    dispatcher.sendBy(async () => ({ kind: 'sent' }));
    dispatcher.moveSeconds(60);
    await dispatcher.run(first.message);
    expect(await deliveryOf(test.table, first.message)).toMatchObject({ status: 'sent' });
    expect((await readHealth(test.table, first.product.id)).size).toBe(0);
  });

  it('by throttling is not failing', async () => {
    const { message, product } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(retry(60, false));
    await dispatcher.run(message);
    expect((await readHealth(test.table, product.id)).size).toBe(0);
  });

  it('costs no write where nothing changed', async () => {
    const { message } = await toSlack();
    let writes = 0;
    const dispatcher = dispatcherOn(test.table, {
      recordHealth: async () => {
        writes += 1;
        return 'written';
      },
    });
    await dispatcher.run(message);
    expect(writes).toBe(0);
  });

  it("whose health can't be recorded: the delivery is settled, and the failure is recorded", async () => {
    const { message } = await toSlack();
    const dispatcher = dispatcherOn(test.table, { recordHealth: () => Promise.reject(new Error('away')) });
    dispatcher.sendBy(gone);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.captured).toMatchObject([{ message: 'away', arguments: null }]);
  });
});

describe('members', () => {
  it('get one message about a broken channel, whatever else is written about the channels', async () => {
    const first = await fannedOut(test.table, {
      notification_slack_webhook: slackOf('broken'),
      notification_ms_teams_webhook: TEAMS,
      notification_email_to: 'a@example.org',
    });
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(gone);
    await dispatcher.run(first.messages.find(({ delivery }) => delivery.delivery_id === 'slack'));
    const after = await readHealth(test.table, first.product.id);
    const told: Notification[] = [];
    const create = async (notification: Notification) => told.push(notification);
    const productId = first.product.id;
    await actOnChannels(create, { productId, before: new Map(), after });
    await actOnChannels(create, { productId, before: after, after });
    expect(told).toMatchObject([
      {
        type: 'task',
        product_id: productId,
        broken_channel: 'slack',
        name: expect.stringMatching(/^Slack of .* is broken \(hooks\.slack\.com #\w{6}\): The webhook was removed/),
      },
    ]);
    const [notification] = told;
    if (notification === undefined) throw new Error('nobody was told');
    const targets = targetsOf(notification, { product: first.product, settings });
    expect(targets.map(({ destination }) => destination.channel)).toEqual(['email', 'ms_teams']);
  });

  it('get no message while it merely fails', async () => {
    const { message, product } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(retry());
    await dispatcher.run(message);
    const health = (await readHealth(test.table, product.id)).get('slack');
    if (health === undefined) throw new Error('no health');
    expect(brokenChannelNotification({ productId: product.id, deliveryId: 'slack', health })).toBeNull();
  });
});
