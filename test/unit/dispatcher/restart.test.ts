import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryKey } from '../../../core/keys.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { changingGate, oneMessage } from './gates.ts';
import { deliveryOf, dispatcherOn, refused, retry, seed, sent, settings, targetOf } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const failedOnce = async () => {
  const { message, notification } = await oneMessage(test.table);
  const dispatcher = dispatcherOn(test.table);
  dispatcher.sendBy(refused);
  await dispatcher.run(message);
  const [letter] = dispatcher.deadLetters;
  if (letter === undefined) throw new Error('no dead letter');
  dispatcher.deadLetters.length = 0;
  dispatcher.messages.length = 0;
  dispatcher.moveSeconds(3_600);
  dispatcher.sendBy(sent);
  return { message, notification, dispatcher, letter };
};

describe('a dead letter that is moved back', () => {
  it('starts the delivery afresh', async () => {
    const { message, dispatcher, letter } = await failedOnce();
    dispatcher.sendBy(retry());
    expect(await dispatcher.run(letter)).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'retrying', attempts: 1, settled_at: null });
    dispatcher.sendBy(sent);
    dispatcher.moveSeconds(5);
    await dispatcher.run(...dispatcher.woken);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent', attempts: 2, last_error: null });
    expect(await dispatcher.run(letter)).toEqual([]);
    expect(dispatcher.messages).toHaveLength(2);
  });

  it('has 18 hours anew', async () => {
    const { message, dispatcher, letter } = await failedOnce();
    dispatcher.moveSeconds(20 * 3_600);
    dispatcher.sendBy(retry());
    await dispatcher.run(letter);
    expect((await deliveryOf(test.table, message)).status).toBe('retrying');
  });

  it('does so once, however often it is there', async () => {
    const { dispatcher, letter, message } = await failedOnce();
    dispatcher.sendBy(refused);
    expect(await dispatcher.run(letter, letter)).toEqual([]);
    for (let times = 0; times < 3; times += 1) {
      dispatcher.moveSeconds(100);
      expect(await dispatcher.run(letter)).toEqual([]);
    }
    expect(dispatcher.messages).toHaveLength(1);
    const { settled_at } = await deliveryOf(test.table, message);
    expect(dispatcher.deadLetters).toMatchObject([{ retry_of: settled_at }]);
  });

  it('of an older failure changes nothing', async () => {
    const { dispatcher, letter, message } = await failedOnce();
    dispatcher.sendBy(refused);
    await dispatcher.run(letter);
    const before = await deliveryOf(test.table, message);
    dispatcher.moveSeconds(60);
    expect(await dispatcher.run(letter)).toEqual([]);
    expect(await deliveryOf(test.table, message)).toEqual(before);
    expect(dispatcher.messages).toHaveLength(1);
  });

  it('of what was sent changes nothing', async () => {
    const { dispatcher, letter, message } = await failedOnce();
    await dispatcher.run(letter);
    const { settled_at } = await deliveryOf(test.table, message);
    dispatcher.moveSeconds(60);
    expect(await dispatcher.run({ ...letter, retry_of: settled_at })).toEqual([]);
    expect(dispatcher.messages).toHaveLength(1);
  });

  it('of a deleted delivery is acknowledged', async () => {
    const { dispatcher, letter, notification } = await failedOnce();
    const Key = deliveryKey(notification.id, 'slack');
    await test.table.client.send(new DeleteCommand({ TableName: test.table.name, Key }));
    expect(await dispatcher.run(letter)).toEqual([]);
    expect(dispatcher.messages).toEqual([]);
  });

  it('is what a doubled message is not', async () => {
    const { dispatcher, message } = await failedOnce();
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.messages).toEqual([]);
  });

  it('is served when the function that restarted it died', async () => {
    const { letter, message } = await failedOnce();
    const dying = dispatcherOn(test.table, { acquireTarget: () => Promise.reject(new Error('died')) });
    dying.moveSeconds(3_600);
    expect(await dying.run(letter)).toEqual(['m0']);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'retrying', settled_at: null });
    const next = dispatcherOn(test.table);
    next.moveSeconds(3_960);
    expect(await next.run(letter)).toEqual([]);
    expect((await deliveryOf(test.table, message)).status).toBe('sent');
  });

  it('lets a target that fails be tried at once', async () => {
    const { product, change } = await changingGate(test.table);
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(refused);
    await dispatcher.run(await change('failed'));
    const [letter] = dispatcher.deadLetters;
    dispatcher.sendBy(retry(600));
    const waiting = await change('none');
    await dispatcher.run(waiting);
    expect((await targetOf(test.table, waiting)).wait_reason).toBe('failing');
    dispatcher.sendBy(sent);
    dispatcher.moveSeconds(60);
    await dispatcher.run(waiting);
    expect((await deliveryOf(test.table, waiting)).status).toBe('retrying');
    await dispatcher.run(letter);
    expect(await deliveryOf(test.table, waiting)).toMatchObject({ status: 'sent', product_id: product.id });
  });
});

describe('a delivery that was skipped for want of a sender', () => {
  it('is sent when email_from is set, and a person sends it again', async () => {
    const fields = { notification_slack_webhook: '', notification_email_to: 'a@example.org' };
    const { message } = await oneMessage(test.table, fields);
    await seed(test.table).settings({ ...settings, email_from: '' });
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(message);
    const { settled_at, reason_code } = await deliveryOf(test.table, message);
    expect(reason_code).toBe('no_sender');
    await seed(test.table).settings(settings);
    dispatcher.moveSeconds(3_600);
    // A copy of its first message has nothing to say.
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.messages).toEqual([]);
    expect(await dispatcher.run({ ...message.delivery, retry_of: settled_at })).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({
      status: 'sent',
      attempts: 1,
      last_error: null,
      reason_code: null,
    });
  });
});
