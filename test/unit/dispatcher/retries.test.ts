import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WAITS_SECONDS } from '../../../core/targets/back-off.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { dispatcherWithQueue } from './delivery-queue.ts';
import { oneMessage } from './gates.ts';
import { deliveryOf, dispatcherOn, refused, retry, sent, targetOf } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const HOUR = 3_600;
const toSlack = async () => (await oneMessage(test.table)).message;

describe('a delivery that fails', () => {
  it('is tried again with its target, after waits that grow', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(retry());
    for (const [position, wait] of WAITS_SECONDS.entries()) {
      expect(await dispatcher.run(message)).toEqual([]);
      expect(await deliveryOf(test.table, message)).toMatchObject({
        status: 'retrying',
        attempts: position + 1,
        last_error: 'The target answered 503',
      });
      const next = new Date(dispatcher.now().getTime() + wait * 1_000);
      expect(await targetOf(test.table, message)).toMatchObject({
        failures: position + 1,
        last_error: 'The target answered 503',
        next_send_at: next.toISOString(),
        wait_reason: 'failing',
      });
      const delays = wait <= 900 ? [{ target: message.target, delaySeconds: wait }] : [];
      expect(dispatcher.woken.splice(0)).toEqual(delays);
      dispatcher.moveSeconds(wait);
    }
    expect(dispatcher.messages).toHaveLength(WAITS_SECONDS.length);
  });

  it('is given up after 18 hours, and is a dead letter', async () => {
    const table = await test.another();
    const { message } = await oneMessage(table);
    const queue = dispatcherWithQueue(table);
    queue.sendBy(retry());
    queue.send(message);
    await queue.pass(18 * HOUR - 1);
    expect((await deliveryOf(table, message)).status).toBe('retrying');
    expect(queue.deadLetters).toEqual([]);
    await queue.pass(HOUR + 700);
    const failed = await deliveryOf(table, message);
    expect(failed).toMatchObject({ status: 'failed', last_error: 'The target answered 503' });
    expect(failed.attempts).toBe(queue.messages.length);
    const { notification_id, delivery_id } = message.delivery;
    const letter = { notification_id, delivery_id, retry_of: failed.settled_at, reason: 'The target answered 503' };
    expect(queue.deadLetters).toEqual([letter]);
  });

  it('is sent when its target is back, within an hour and a run of the sweeper', async () => {
    const table = await test.another();
    const { message } = await oneMessage(table);
    const queue = dispatcherWithQueue(table);
    queue.sendBy(retry());
    queue.send(message);
    await queue.pass(10 * HOUR);
    queue.sendBy(sent);
    await queue.pass(HOUR + 600);
    expect((await deliveryOf(table, message)).status).toBe('sent');
    expect(await targetOf(table, message)).toMatchObject({ failures: 0, last_error: null });
  });

  it('waits for Retry-After where that is longer, and does not count a throttle', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(retry(300, false));
    await dispatcher.run(message);
    expect(dispatcher.woken.splice(0)).toMatchObject([{ delaySeconds: 300 }]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'retrying', attempts: 0 });
    dispatcher.sendBy(retry(1));
    dispatcher.moveSeconds(300);
    await dispatcher.run(message);
    expect(dispatcher.woken).toMatchObject([{ delaySeconds: WAITS_SECONDS[1] }]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ attempts: 1 });
  });

  it('is not sent before its time when a message comes early, and is still sent in time', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table, { recordWake: async () => false });
    dispatcher.sendBy(retry(800));
    await dispatcher.run(message);
    const next = dispatcherOn(test.table);
    next.moveSeconds(360);
    expect(await next.run(message, message)).toEqual([]);
    expect(next.messages).toEqual([]);
    expect(next.woken).toEqual([{ target: message.target, delaySeconds: 440 }]);
    expect(await next.run(message)).toEqual([]);
    expect(next.woken).toHaveLength(1);
    next.moveSeconds(440);
    await next.run(...next.woken);
    expect(next.messages).toHaveLength(1);
  });

  it('is returned to the queue where no wake-up can be set', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table, { wakeTargets: async () => new Set([0]) });
    dispatcher.sendBy(retry());
    expect(await dispatcher.run(message)).toEqual(['m0']);
    expect(dispatcher.captured).toMatchObject([{ message: 'The delivery queue rejected a message' }]);
  });
});

describe('a delivery that is refused', () => {
  it('fails at once, and is a dead letter', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(refused);
    expect(await dispatcher.run(message)).toEqual([]);
    const reason = 'The webhook was removed (no_service)';
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'failed', attempts: 1, last_error: reason });
    expect(dispatcher.deadLetters).toMatchObject([{ ...message.delivery, reason }]);
  });

  it('becomes a dead letter also when the function died before', async () => {
    const message = await toSlack();
    const sendDeadLetters = async () => {
      throw new Error('died');
    };
    const dying = dispatcherOn(test.table, { sendDeadLetters });
    dying.sendBy(refused);
    expect(await dying.run(message)).toEqual(['m0']);
    expect((await deliveryOf(test.table, message)).status).toBe('pending');
    const next = dispatcherOn(test.table);
    next.sendBy(refused);
    next.moveSeconds(90);
    expect(await next.run(message)).toEqual([]);
    expect(next.deadLetters).toMatchObject([message.delivery]);
    expect((await deliveryOf(test.table, message)).status).toBe('failed');
  });

  it('stays queued while the dead-letter queue does not take it', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table, { sendDeadLetters: async () => new Set([0]) });
    dispatcher.sendBy(refused);
    expect(await dispatcher.run(message)).toEqual(['m0']);
    dispatcher.moveSeconds(90);
    expect(await dispatcher.run(message)).toEqual(['m0']);
    expect((await deliveryOf(test.table, message)).status).toBe('pending');
  });

  it('is one dead letter, however often its message comes', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(refused);
    for (let times = 0; times < 8; times += 1) {
      expect(await dispatcher.run(message)).toEqual([]);
      dispatcher.moveSeconds(100);
    }
    expect(dispatcher.deadLetters).toHaveLength(1);
    expect(dispatcher.messages).toHaveLength(1);
  });

  it('quotes no URL', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(async () => ({
      kind: 'refused',
      reason: `no route to https://hooks.slack.com/secret\n${'x'.repeat(900)}`,
    }));
    await dispatcher.run(message);
    const { last_error } = await deliveryOf(test.table, message);
    expect(last_error).toMatch(/^no route to \[link\] x+…$/);
    expect(last_error).toHaveLength(500);
  });
});
