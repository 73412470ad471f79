import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryKey, notificationKey, productKey } from '../../../core/keys.ts';
import type { Mute } from '../../../core/targets/mute.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { sealedFields } from '../../vault.ts';
import { changingGate, crowd, oneMessage } from './gates.ts';
import { deliveryOf, dispatcherOn, START, seed, settings, slackOf } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const toSlack = (fields = {}) => oneMessage(test.table, fields);
const unreadable = (of: object) => JSON.parse(JSON.stringify({ ...of, name: 7 }));

describe('what changed since the delivery was made', () => {
  it('a rotated webhook gets what still waits, and the old one nothing', async () => {
    const { message, product } = await toSlack();
    const webhook = slackOf('rotated');
    const before = await deliveryOf(test.table, message);
    await seed(test.table).product({
      ...product,
      ...sealedFields(product.id, { notification_slack_webhook: webhook }),
    });
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.messages).toEqual([]);
    await dispatcher.run(...dispatcher.woken);
    expect(dispatcher.messages).toMatchObject([{ destination: { webhook } }]);
    const after = await deliveryOf(test.table, message);
    expect(after).toMatchObject({ status: 'sent', attempts: 1 });
    expect(after.target).toMatch(/^hooks\.slack\.com #[0-9a-f]{6}$/);
    expect(after.target).not.toBe(before.target);
  });

  it.each([
    ['the webhook was taken away', {}, { notification_slack_webhook: '' }, 'The webhook was removed'],
    [
      'the address was taken off',
      { notification_slack_webhook: '', notification_email_to: 'a@example.org' },
      { notification_email_to: '' },
      'The address was removed from the list',
    ],
  ])('%s: skipped', async (_, only, change, reason) => {
    const { message, product } = await toSlack(only);
    await seed(test.table).product({ ...product, ...sealedFields(product.id, change) });
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.messages).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'skipped', attempts: 0, last_error: reason });
  });

  it('the product was deleted: skipped', async () => {
    const { message, product } = await toSlack();
    await test.table.client.send(new DeleteCommand({ TableName: test.table.name, Key: productKey(product.id) }));
    expect(await dispatcherOn(test.table).run(message)).toEqual([]);
    const row = { status: 'skipped', reason_code: 'product_deleted', last_error: 'The product was deleted' };
    expect(await deliveryOf(test.table, message)).toMatchObject(row);
  });

  it('the sender was taken away: skipped, and says so', async () => {
    const { message } = await toSlack({ notification_slack_webhook: '', notification_email_to: 'a@example.org' });
    await seed(test.table).settings({ ...settings, email_from: '' });
    expect(await dispatcherOn(test.table).run(message)).toEqual([]);
    await seed(test.table).settings(settings);
    expect((await deliveryOf(test.table, message)).last_error).toBe('No From address (email_from) is set');
  });

  it.each([
    ['the notification', (id: string) => notificationKey(id)],
    ['the delivery', (id: string) => deliveryKey(id, 'slack')],
  ])('%s was deleted: acknowledged, nothing sent', async (_, key) => {
    const { message, notification } = await toSlack();
    await test.table.client.send(new DeleteCommand({ TableName: test.table.name, Key: key(notification.id) }));
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.messages).toEqual([]);
  });
});

describe('a mute', () => {
  const muted: Mute = {
    until: new Date(Date.parse(START) + 600_000).toISOString(),
    reason: 'Maintenance',
    since: START,
    by: 'olivia',
  };

  it.each(['all', 'slack'] as const)(
    'of %s since it was fanned out lets it wait, and then it is sent',
    async (what) => {
      const { message, product } = await toSlack();
      await seed(test.table).product({ ...product, mutes: { [what]: muted } });
      const dispatcher = dispatcherOn(test.table);
      expect(await dispatcher.run(message)).toEqual([]);
      expect(dispatcher.messages).toEqual([]);
      expect(await deliveryOf(test.table, message)).toMatchObject({
        status: 'pending',
        due_at: muted.until,
        due_reason: 'mute',
      });
      dispatcher.moveSeconds(600);
      await dispatcher.run(message);
      expect((await deliveryOf(test.table, message)).status).toBe('sent');
    },
  );

  it('of one product holds up no other with the same webhook', async () => {
    const fields = { notification_slack_webhook: slackOf('muted') };
    const gate = await changingGate(test.table, fields);
    const waiting = await gate.change('failed');
    await seed(test.table).product({ ...gate.product, mutes: { all: muted } });
    const [other] = await crowd(test.table, 1, fields);
    if (other === undefined) throw new Error('no message');
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(waiting, other);
    expect((await deliveryOf(test.table, other)).status).toBe('sent');
    expect((await deliveryOf(test.table, waiting)).status).toBe('pending');
  });
});

describe('what can not be read', () => {
  it('a notification waits for an hour, is on record, and holds up nobody', async () => {
    const messages = await crowd(test.table, 3, { notification_slack_webhook: slackOf('unreadable') });
    const [broken, ...others] = messages;
    if (broken === undefined) throw new Error('no message');
    await seed(test.table).notification(unreadable({ id: broken.delivery.notification_id }));
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(...messages)).toEqual([]);
    for (const message of others) expect((await deliveryOf(test.table, message)).status).toBe('sent');
    const due_at = new Date(dispatcher.now().getTime() + 3_600_000).toISOString();
    expect(await deliveryOf(test.table, broken)).toMatchObject({ status: 'pending', due_at });
    expect(dispatcher.captured).toMatchObject([{ type: 'task', exception_class: '$ZodError', arguments: null }]);
  });

  it('a product waits for an hour, is on record, and holds up nobody', async () => {
    const fields = { notification_slack_webhook: slackOf('broken-product') };
    const broken = await changingGate(test.table, fields);
    const [waiting, [other]] = [await broken.change('failed'), await crowd(test.table, 1, fields)];
    if (other === undefined) throw new Error('no message');
    await seed(test.table).product(unreadable(broken.product));
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(waiting, other)).toEqual([]);
    expect((await deliveryOf(test.table, other)).status).toBe('sent');
    expect((await deliveryOf(test.table, waiting)).status).toBe('pending');
    expect(dispatcher.captured).toMatchObject([{ exception_class: '$ZodError' }]);
    await seed(test.table).product(broken.product);
    dispatcher.moveSeconds(3_600);
    await dispatcher.run(waiting);
    expect((await deliveryOf(test.table, waiting)).status).toBe('sent');
  });
});

it('a webhook that two products share is one target, and two are two', async () => {
  const shared = { notification_slack_webhook: slackOf('shared') };
  const [one, other] = [await crowd(test.table, 1, shared), await crowd(test.table, 1, shared)].flat();
  const { message } = await toSlack();
  expect(one?.target).toBe(other?.target);
  expect(message.target).not.toBe(one?.target);
});
