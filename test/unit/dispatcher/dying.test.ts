import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../core/deliveries/model.ts';
import { changeDeliveries } from '../../../core/deliveries/store/change-deliveries.ts';
import { readRouting } from '../../../core/deliveries/store/routing-context.ts';
import type { DispatchDeps } from '../../../functions/dispatcher/dispatch.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { dispatcherWithQueue } from './delivery-queue.ts';
import { changingGate, crowd, oneMessage } from './gates.ts';
import { deliveryOf, diesWriting, dispatcherOn, type Message, retry, sent, slackOf, targetOf } from './harness.ts';
import { routingsOn } from './routings.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const HOUR = 3_600;
const toSlack = async (): Promise<Message> => (await oneMessage(test.table)).message;
const died = () => Promise.reject(new Error('died'));

const away = { kind: 'retry', afterSeconds: null, reason: '503', burnsAttempt: true } as const;
const statesOf = ({ messages }: ReturnType<typeof dispatcherOn>) =>
  messages.map(({ event: { data } }) => data.gate?.to ?? data.digest?.entries.map(({ gate }) => gate?.to).join());

/** A dispatcher that sends, and waits until it may go on. */
const slowDispatcher = () => {
  const [sending, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const dispatcher = dispatcherOn(test.table);
  dispatcher.sendBy(async () => {
    sending.resolve();
    await release.promise;
    return { kind: 'sent' };
  });
  return { ...dispatcher, sending: sending.promise, release: release.resolve };
};

describe('two dispatchers for one target', () => {
  it('send one message where they come at the same time', async () => {
    const message = await toSlack();
    const both = [dispatcherOn(test.table), dispatcherOn(test.table)];
    expect((await Promise.all(both.map((dispatcher) => dispatcher.run(message)))).flat()).toEqual([]);
    expect(both.flatMap(({ messages }) => messages)).toHaveLength(1);
  });

  it('send one message where one comes while the other sends', async () => {
    const message = await toSlack();
    const first = slowDispatcher();
    const firstRun = first.run(message);
    await first.sending;
    const second = dispatcherOn(test.table);
    expect(await second.run(message)).toEqual([]);
    first.release();
    expect(await firstRun).toEqual([]);
    expect(second.messages).toEqual([]);
    expect(first.messages).toHaveLength(1);
  });

  it('leave nothing behind: who has the lease is asked to look again', async () => {
    const gate = await changingGate(test.table);
    const first = slowDispatcher();
    const firstRun = first.run(await gate.change('failed'));
    await first.sending;
    const later = await gate.change('none', 1);
    const second = dispatcherOn(test.table);
    expect(await second.run(later)).toEqual([]);
    first.release();
    await firstRun;
    expect(first.woken).toMatchObject([{ target: later.target, delaySeconds: 0 }]);
    first.moveSeconds(1);
    await first.run(...first.woken);
    expect(first.messages.map(({ event }) => event.data.gate?.to)).toEqual(['failed', 'none']);
  });
});

/** Where a dispatcher dies, and how many messages its target gets in all. */
const DEATHS: readonly (readonly [where: string, overrides: Partial<DispatchDeps>, messages: number])[] = [
  ['after it acquired the target', { listDue: died }, 1],
  ['before it sends', { readRouting: died }, 1],
  ['after it sent', { recordNotified: died }, 2],
  ['after it recorded what it reported', { changeDeliveries: diesWriting }, 1],
  ['before it releases the target', { releaseTarget: died }, 1],
];

describe('a dispatcher that dies', () => {
  it.each(DEATHS)('%s: the delivery is sent when the lease is over', async (_, overrides, messages) => {
    const message = await toSlack();
    const dying = dispatcherOn(test.table, overrides);
    expect(await dying.run(message)).toEqual(['m0']);
    const next = dispatcherOn(test.table);
    next.moveSeconds(60);
    expect(await next.run(message)).toEqual([]);
    expect(next.messages).toEqual([]);
    next.moveSeconds(30);
    expect(await next.run(message)).toEqual([]);
    const ids = [...dying.messages, ...next.messages].map(({ id }) => id);
    expect(ids).toHaveLength(messages);
    expect(new Set(ids).size).toBe(1);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent', message_id: ids[0] });
    expect(await targetOf(test.table, message)).toMatchObject({ lease: null, acquired: 0 });
  });

  it.each(DEATHS)('%s: the message that woke it sees to it', async (_, overrides) => {
    const message = await toSlack();
    const queue = dispatcherWithQueue(test.table, overrides);
    queue.send(message);
    await queue.pass(1);
    const next = dispatcherWithQueue(test.table);
    next.moveSeconds(361);
    next.send(message);
    await next.pass(0);
    expect((await deliveryOf(test.table, message)).status).toBe('sent');
  });

  it('leaves it open what the recipient knows, also if the next attempt fails: how it stands is sent', async () => {
    const gate = await changingGate(test.table, { notification_slack_webhook: slackOf('open') });
    const message = await gate.change('failed');
    const dying = dispatcherOn(test.table, { recordNotified: died });
    expect(await dying.run(message)).toEqual(['m0']);
    const next = dispatcherOn(test.table);
    next.sendBy(retry());
    next.moveSeconds(90);
    expect(await next.run(message)).toEqual([]);
    next.sendBy(sent);
    next.moveSeconds(HOUR);
    expect(await next.run(await gate.change('passed', HOUR))).toEqual([]);
    const reported = next.messages.at(1)?.event.data.digest?.entries.map(({ gate: shown }) => shown?.to);
    expect(reported).toEqual(['passed']);
    expect(await targetOf(test.table, message)).toMatchObject({ acquired: 0 });
  });

  it('leaves nothing to a message that is lost: the sweeper finds it', async () => {
    const message = await toSlack();
    const queue = dispatcherWithQueue(test.table);
    await queue.pass(900);
    expect((await deliveryOf(test.table, message)).status).toBe('sent');
    expect(queue.messages).toHaveLength(1);
  });

  it('whose lease was lost settles nothing of the next one', async () => {
    const message = await toSlack();
    const release = Promise.withResolvers<void>();
    const slow = dispatcherOn(test.table);
    slow.sendBy(async () => {
      await release.promise;
      return { kind: 'refused', reason: 'late' };
    });
    const slowRun = slow.run(message);
    await expect.poll(() => slow.messages.length).toBe(1);
    const next = dispatcherOn(test.table);
    next.moveSeconds(91);
    expect(await next.run(message)).toEqual([]);
    release.resolve();
    await slowRun;
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent', last_error: null });
    expect(await targetOf(test.table, message)).toMatchObject({ last_error: null, failures: 0 });
  });
});

describe('what a dispatcher sent before it died', () => {
  it('is followed by nothing older from one whose clock is a minute behind', async () => {
    const gate = await changingGate(test.table, { notification_slack_webhook: slackOf('behind') });
    const messages = [await gate.change('failed'), await gate.change('none', 30)];
    const dying = dispatcherOn(test.table, { recordNotified: died });
    dying.moveSeconds(60);
    expect(await dying.run(...messages)).toEqual(['m0', 'm1']);
    const behind = dispatcherOn(test.table);
    await behind.run(...messages);
    expect([statesOf(dying), statesOf(behind)]).toEqual([['none'], ['none']]);
  });

  it('is followed by how the gate stands, also if the product was muted before the next dispatcher', async () => {
    const gate = await changingGate(test.table, { notification_slack_webhook: slackOf('muted') });
    const dying = dispatcherOn(test.table, { recordNotified: died });
    expect(await dying.run(await gate.change('failed'))).toEqual(['m0']);
    const next = dispatcherWithQueue(test.table);
    await gate.mute(new Date(next.now().getTime() + HOUR * 1_000), next.now());
    await next.pass(600);
    next.send(await gate.change('passed', 600));
    await next.pass(HOUR);
    expect([statesOf(dying), statesOf(next)]).toEqual([['failed'], ['passed']]);
  });

  it('is followed by how the gate stands, also if the webhook was replaced before the next dispatcher', async () => {
    const gate = await changingGate(test.table, { notification_slack_webhook: slackOf('replaced') });
    const dying = dispatcherOn(test.table, { recordNotified: died });
    expect(await dying.run(await gate.change('failed'))).toEqual(['m0']);
    const next = dispatcherWithQueue(test.table);
    next.moveSeconds(100);
    next.send(await gate.change('passed', 100));
    await routingsOn(test.table, next).setWebhook(gate, slackOf('replacing'));
    await next.pass(HOUR);
    expect([statesOf(dying), statesOf(next)]).toEqual([['failed'], ['passed']]);
  });

  it('is followed by nothing older where so many died that each delivery is sent alone', async () => {
    const gate = await changingGate(test.table, { notification_slack_webhook: slackOf('many-died') });
    const messages = [await gate.change('failed'), await gate.change('none', 1)];
    const dying = dispatcherWithQueue(test.table, { recordNotified: died });
    dying.moveSeconds(1);
    for (let times = 0; times < 4; times += 1) {
      await dying.run(...messages);
      dying.moveSeconds(91);
    }
    const working = dispatcherWithQueue(test.table);
    working.moveSeconds(500);
    working.send(...messages);
    await working.pass(HOUR);
    expect(new Set([...statesOf(dying), ...statesOf(working)])).toEqual(new Set(['none']));
    const statuses = messages.map(async (message) => (await deliveryOf(test.table, message)).status);
    expect(await Promise.all(statuses)).toEqual(['skipped', 'sent']);
  });
});

describe('a message that may have arrived at a webhook that was replaced', () => {
  it('is repeated by none that came since, also after one that failed', async () => {
    const gate = await changingGate(test.table, { notification_slack_webhook: slackOf('unanswered') });
    const queue = dispatcherWithQueue(test.table);
    const answers: Outcome[] = [{ ...away, isUnknown: true }, away];
    queue.sendBy(async () => answers.shift() ?? { kind: 'sent' });
    queue.send(await gate.change('failed'));
    await queue.pass(1);
    queue.send(await gate.change('none', 1));
    await routingsOn(test.table, queue).setWebhook(gate, slackOf('answering'));
    await queue.pass(HOUR);
    expect(statesOf(queue)).toEqual(['failed', 'none', 'none']);
  });
});

describe('a message of many that may have arrived and is then refused', () => {
  it('is followed by how each gate stands, also where that is back as it was', async () => {
    const fields = { notification_slack_webhook: slackOf('refusing') };
    const [back, other] = [await changingGate(test.table, fields), await changingGate(test.table, fields)];
    const queue = dispatcherWithQueue(test.table);
    const answers: Outcome[] = [
      { ...away, isUnknown: true },
      { kind: 'refused', reason: 'invalid_blocks' },
    ];
    queue.sendBy(async () => answers.shift() ?? { kind: 'sent' });
    queue.send(await back.change('failed'), await other.change('failed'));
    await queue.pass(1);
    queue.send(await back.change('passed', 1));
    await queue.pass(HOUR);
    const states = statesOf(queue);
    expect(states.slice(0, 2)).toEqual(['failed,failed', 'failed,failed']);
    expect(states.slice(2).toSorted()).toEqual(['failed', 'passed']);
  });
});

describe('a delivery of which every dispatcher dies', () => {
  it('fails after nine, and holds up the others no more', async () => {
    const [poison, ...others] = await crowd(test.table, 3, { notification_slack_webhook: slackOf('poison') });
    if (poison === undefined) throw new Error('no message');
    const { notification_id } = poison.delivery;
    let deaths = 0;
    const dying = dispatcherWithQueue(test.table, {
      readRouting: async (request) => {
        const isPoisoned = request.productIds.includes((await deliveryOf(test.table, poison)).product_id ?? '');
        if (!isPoisoned) return await readRouting(test.table, request);
        deaths += 1;
        throw new Error('died');
      },
    });
    dying.send(poison, ...others);
    await dying.pass(3 * 3_600);
    // Three with both others, two with one of them, and eight alone: each time the newest goes alone, and is sent.
    expect(deaths).toBe(13);
    expect(await deliveryOf(test.table, poison)).toMatchObject({
      status: 'failed',
      last_error: 'Given up: sending it was interrupted again and again',
    });
    expect(dying.deadLetters).toMatchObject([{ notification_id }]);
    for (const other of others) expect((await deliveryOf(test.table, other)).status).toBe('sent');
  });

  it('is the only one that is tried after three', async () => {
    const messages = await crowd(test.table, 3, { notification_slack_webhook: slackOf('alone') });
    const sizes: number[] = [];
    const dying = dispatcherOn(test.table, {
      changeDeliveries: async (changes) => {
        if (changes.length === 0) return new Set();
        sizes.push(changes.length);
        throw new Error('died');
      },
      recordNotified: async () => {},
    });
    for (let times = 0; times < 5; times += 1) {
      await dying.run(...messages);
      dying.moveSeconds(91);
    }
    expect(sizes).toEqual([3, 3, 3, 1, 1]);
    const working = dispatcherOn(test.table, { changeDeliveries: (of) => changeDeliveries(test.table, of) });
    working.moveSeconds(500);
    await working.run(...messages);
    expect(working.messages).toHaveLength(1);
  });
});
