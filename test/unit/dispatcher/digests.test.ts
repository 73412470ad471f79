import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notificationKey } from '../../../core/keys.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { reportOverdue } from '../channels/samples.ts';
import { changingGate, crowd } from './gates.ts';
import {
  deliveryOf,
  dispatcherOn,
  fanOut,
  type Message,
  notificationOf,
  productOf,
  retry,
  type Send,
  seed,
  sent,
  slackOf,
} from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const rowsOf = (table: Table, messages: readonly Message[]) =>
  Promise.all(messages.map((message) => deliveryOf(table, message)));

let webhooks = 0;
const oneWebhook = () => {
  webhooks += 1;
  return { notification_slack_webhook: slackOf(`digest-${webhooks}`) };
};

describe('what waits for one target', () => {
  it('is one message, of which each row names the id', async () => {
    const messages = await crowd(test.table, 3, oneWebhook());
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(...messages);
    expect(dispatcher.messages).toHaveLength(1);
    const [message] = dispatcher.messages;
    expect(message).toMatchObject({ id: expect.stringMatching(/^digest\./), thread: null });
    expect(message?.event).toMatchObject({
      type: 'digest.sent',
      data: { digest: { reason: 'interval', omitted: { subjects: 0 }, totals: { gates: { failed: 3 } } } },
    });
    for (const row of await rowsOf(test.table, messages))
      expect(row).toMatchObject({ status: 'sent', attempts: 1, message_id: message?.id });
  });

  it('shows twenty of many by name, and counts all', async () => {
    const messages = await crowd(test.table, 33, oneWebhook());
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(...messages);
    const digest = dispatcher.messages[0]?.event.data.digest;
    expect(digest?.entries).toHaveLength(20);
    expect(digest).toMatchObject({ omitted: { subjects: 13, failed: 13 }, totals: { gates: { failed: 33 } } });
    expect(dispatcher.messages[0]?.content.more?.text).toBe('13 more, 13 of them failed');
    expect(new Set((await rowsOf(test.table, messages)).map(({ status }) => status))).toEqual(new Set(['sent']));
  });

  it('begins with what failed, whatever came last', async () => {
    const fields = oneWebhook();
    const [one, other] = [await changingGate(test.table, fields), await changingGate(test.table, fields)];
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(await other.change('none'), await one.change('failed'));
    const states = dispatcher.messages[0]?.event.data.digest?.entries.map(({ gate }) => gate?.to);
    expect(states).toEqual(['failed', 'none']);
  });

  it('merges failures by their class, and counts those that were held back', async () => {
    const { fail } = await changingGate(test.table, oneWebhook());
    const messages = [await fail('KeyError'), await fail('TypeError'), await fail('KeyError', 411)];
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(...messages);
    const digest = dispatcher.messages[0]?.event.data.digest;
    expect(digest?.entries).toMatchObject([
      { kind: 'exception', count: 413, exception: { class: 'KeyError' } },
      { kind: 'exception', count: 1, exception: { class: 'TypeError' } },
    ]);
    expect(digest?.totals.exceptions).toBe(414);
  });

  it('counts overdue reports, after what failed, and leaves out those that came meanwhile', async () => {
    const fields = oneWebhook();
    const gate = await changingGate(test.table, fields);
    const overdue = async (id: string, notification_id: string | null): Promise<Message[]> => {
      const product = { ...productOf(id, fields), report_check: { version: 1, notification_id } };
      await seed(test.table).product(product);
      const { name, message, from, to, report_overdue_since } = reportOverdue;
      const of = { name, message, from, to, report_overdue_since };
      return await fanOut(test.table, notificationOf(`Z-${id}`, product, of), product);
    };
    const [late, came] = [await overdue('Late', 'Z-Late'), await overdue('Came', null)];
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(...late, await gate.change('failed'), ...came);
    expect(dispatcher.messages.map(({ event }) => event.data.digest)).toMatchObject([
      {
        entries: [{ kind: 'gate' }, { kind: 'report', notification_id: 'Z-Late', exception: null }],
        totals: { gates: { failed: 1 }, reports: 1, exceptions: 0 },
      },
    ]);
    expect(dispatcher.messages[0]?.content.heading).toBe('1 security gate failed, 1 report overdue');
    expect(await rowsOf(test.table, came)).toMatchObject([{ status: 'skipped', reason_code: 'report_arrived' }]);
  });

  it('says why it was collected: by a schedule, or by a mute that is over', async () => {
    const gate = await changingGate(test.table, {
      ...oneWebhook(),
      schedules: { slack: { kind: 'hourly' } },
    });
    const messages = [await gate.change('failed'), await gate.change('none')];
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(...messages);
    expect(dispatcher.messages).toEqual([]);
    dispatcher.moveSeconds(54 * 60);
    await dispatcher.run(...messages);
    expect(dispatcher.messages[0]?.event.data.digest?.reason).toBe('schedule');
  });

  it('tells nothing of a notification that was deleted, and counts it nowhere', async () => {
    const messages = await crowd(test.table, 3, oneWebhook());
    const [deleted, ...others] = messages;
    if (deleted === undefined) throw new Error('no message');
    const Key = notificationKey(deleted.delivery.notification_id);
    await test.table.client.send(new DeleteCommand({ TableName: test.table.name, Key }));
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(...messages)).toEqual([]);
    expect(dispatcher.messages[0]?.event.data.digest).toMatchObject({ totals: { gates: { failed: 2 } } });
    expect((await deliveryOf(test.table, deleted)).status).toBe('pending');
    expect((await rowsOf(test.table, others)).map(({ status }) => status)).toEqual(['sent', 'sent']);
  });
});

describe('a message of many that the target refuses', () => {
  it('is sent one by one, so that only the refused one fails', async () => {
    const messages = await crowd(test.table, 3, oneWebhook());
    const [bad] = messages;
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(async ({ event: { data } }) => {
      const isBad = data.digest !== undefined || data.notification_id === bad?.delivery.notification_id;
      return isBad ? { kind: 'refused', reason: 'invalid_blocks' } : { kind: 'sent' };
    });
    await dispatcher.run(...messages);
    for (const row of await rowsOf(test.table, messages))
      expect(row).toMatchObject({ status: 'retrying', is_alone: true, last_error: 'invalid_blocks' });
    expect(dispatcher.deadLetters).toEqual([]);
    for (let times = 0; times < 3; times += 1) {
      dispatcher.moveSeconds(10);
      await dispatcher.run(...messages);
    }
    expect((await rowsOf(test.table, messages)).map(({ status }) => status)).toEqual(['failed', 'sent', 'sent']);
    expect(dispatcher.messages).toHaveLength(4);
    expect(dispatcher.deadLetters).toMatchObject([bad?.delivery ?? {}]);
  });

  it('fails as a whole where the target is gone', async () => {
    const messages = await crowd(test.table, 3, oneWebhook());
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(async () => ({ kind: 'refused', reason: 'no_service', gone: true }));
    await dispatcher.run(...messages);
    for (const row of await rowsOf(test.table, messages)) expect(row.status).toBe('failed');
    expect(dispatcher.deadLetters).toHaveLength(3);
    expect(dispatcher.messages).toHaveLength(1);
  });
});

describe('a message of many that may have arrived', () => {
  const unanswered: Send = async () => {
    return { kind: 'retry', afterSeconds: null, reason: 'reset', burnsAttempt: true, isUnknown: true };
  };

  it('is sent again as it was, under its id, without what came since', async () => {
    const fields = oneWebhook();
    const messages = await crowd(test.table, 3, fields);
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(unanswered);
    await dispatcher.run(...messages);
    const [later] = await crowd(test.table, 1, fields);
    dispatcher.sendBy(sent);
    dispatcher.moveSeconds(10);
    await dispatcher.run(...messages, later);
    const [first, second] = dispatcher.messages;
    expect(second).toEqual(first);
    expect(dispatcher.messages).toHaveLength(2);
    dispatcher.moveSeconds(10);
    await dispatcher.run(later);
    expect(dispatcher.messages).toHaveLength(3);
    expect(dispatcher.messages[2]?.event.type).toBe('security_gate.changed');
  });

  it('that failed for sure is gathered anew', async () => {
    const fields = oneWebhook();
    const messages = await crowd(test.table, 2, fields);
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(retry());
    await dispatcher.run(...messages);
    const [later] = await crowd(test.table, 1, fields);
    dispatcher.sendBy(sent);
    dispatcher.moveSeconds(10);
    await dispatcher.run(...messages, later);
    const [first, second] = dispatcher.messages;
    expect(second?.id).not.toBe(first?.id);
    expect(second?.event.data.digest?.totals.gates.failed).toBe(3);
  });
});

describe('a channel that has its own way', () => {
  it("signed webhooks: those of two owners aren't mixed, as each is signed with its own secret", async () => {
    const fields = { notification_slack_webhook: '', notification_webhook: 'https://events.example.org/gatebell' };
    const one = await changingGate(test.table, fields);
    const other = await changingGate(test.table, fields);
    const messages = [await one.change('failed'), await other.change('failed')];
    messages.push(await one.fail('KeyError'), await other.fail('KeyError'));
    expect(new Set(messages.map(({ target }) => target)).size).toBe(1);
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(...messages);
    await dispatcher.run(...messages);
    const products = dispatcher.messages.map(({ event: { data } }) =>
      [...new Set(data.digest?.entries.map(({ product }) => product?.id))].join(' '),
    );
    expect(products.toSorted()).toEqual([one.product.id, other.product.id]);
  });

  it('EventBridge, which has no interval, gets one event each', async () => {
    const fields = { notification_slack_webhook: '', notification_eventbridge: 'events' };
    const messages = await crowd(test.table, 5, fields);
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(...messages);
    expect(dispatcher.messages.map(({ event }) => event.type)).toEqual(messages.map(() => 'security_gate.changed'));
    expect(dispatcher.woken).toEqual([]);
    for (const row of await rowsOf(test.table, messages)) expect(row.status).toBe('sent');
  });

  it('EventBridge takes twenty at a time, and the rest at once after them', async () => {
    const fields = { notification_slack_webhook: '', notification_eventbridge: 'many' };
    const messages = await crowd(test.table, 25, fields);
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(...messages);
    expect(dispatcher.messages).toHaveLength(20);
    expect(dispatcher.woken).toMatchObject([{ delaySeconds: 0 }]);
    await dispatcher.run(...dispatcher.woken);
    expect(dispatcher.messages).toHaveLength(25);
  });

  it('email of many says which deliveries went together, before they are settled', async () => {
    const fields = { notification_slack_webhook: '', notification_email_to: 'together@example.org' };
    const messages = await crowd(test.table, 2, fields);
    const together: string[] = [];
    const dispatcher = dispatcherOn(test.table, {
      recordSentTogether: async (id, deliveries) => {
        together.push(id, ...deliveries.map(({ notification_id }) => notification_id));
        expect((await rowsOf(test.table, messages)).map(({ status }) => status)).toEqual(['pending', 'pending']);
      },
    });
    await dispatcher.run(...messages);
    const ids = messages.map(({ delivery }) => delivery.notification_id);
    expect(together.toSorted()).toEqual([dispatcher.messages[0]?.id, ...ids].toSorted());
  });
});
