import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GateState } from '../../../core/gates/model.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { dispatcherWithQueue } from './delivery-queue.ts';
import { changingGate } from './gates.ts';
import { deliveryOf, diesWriting, dispatcherOn, refused, retry, type Send, sent } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

type Dispatcher = Pick<ReturnType<typeof dispatcherOn>, 'messages'>;

/** How the gate stands by each message in turn. */
const statesIn = ({ messages }: Dispatcher): (GateState | undefined)[] =>
  messages.map(({ event: { data } }) => data.gate?.to ?? data.digest?.entries[0]?.gate?.to);

const throttled = retry(5, false);
const once = (first: Send): Send => {
  let tries = 0;
  return async (message) => {
    tries += 1;
    return await (tries === 1 ? first(message) : sent(message));
  };
};

const away: Send = async () => ({ kind: 'retry', afterSeconds: null, reason: '503', burnsAttempt: true });
const unanswered: Send = async (message) => ({ ...(await away(message)), isUnknown: true });

/** A gate fails, its message is answered so once, and three seconds later the gate changes again. */
const changedBeforeRetry = async (to: GateState, first: Send) => {
  const gate = await changingGate(test.table);
  const failed = await gate.change('failed');
  const dispatcher = dispatcherWithQueue(test.table);
  dispatcher.sendBy(once(first));
  dispatcher.send(failed);
  await dispatcher.pass(3);
  const second = await gate.change(to, 3);
  dispatcher.send(second);
  await dispatcher.pass(60);
  return { dispatcher, failed, second };
};

describe('a change that failed, and another before it is tried again', () => {
  it.each([
    { name: '500', first: retry() },
    { name: '503 with Retry-After', first: retry(5) },
    { name: '429', first: throttled },
  ])('is merged into one message about how it stands: $name', async ({ first }) => {
    const { dispatcher, failed, second: none } = await changedBeforeRetry('none', first);
    expect(statesIn(dispatcher)).toEqual(['failed', 'none']);
    const [row, other] = [await deliveryOf(test.table, failed), await deliveryOf(test.table, none)];
    expect([row.status, other.status]).toEqual(['sent', 'sent']);
    expect(row.message_id).toBe(other.message_id);
    expect(dispatcher.deadLetters).toEqual([]);
  });

  it.each([
    { name: '500', first: retry() },
    { name: '429', first: throttled },
  ])('is no news where it is back in the state that was known: $name', async ({ first }) => {
    const { dispatcher, failed, second: passed } = await changedBeforeRetry('passed', first);
    expect(statesIn(dispatcher)).toEqual(['failed']);
    for (const message of [failed, passed])
      expect(await deliveryOf(test.table, message)).toMatchObject({
        status: 'skipped',
        reason_code: 'back_to_told_state',
      });
  });

  it('is reported as it stands after hours in which the channel was down', async () => {
    const gate = await changingGate(test.table);
    const dispatcher = dispatcherWithQueue(test.table);
    dispatcher.sendBy(away);
    dispatcher.send(await gate.change('failed'));
    await dispatcher.pass(6 * 3_600);
    dispatcher.send(await gate.change('none', 6 * 3_600));
    dispatcher.messages.length = 0;
    dispatcher.sendBy(sent);
    await dispatcher.pass(2 * 3_600);
    expect(statesIn(dispatcher)).toEqual(['none']);
  });

  it('is sent where the newest is its own, however often the gate changed before', async () => {
    const gate = await changingGate(test.table);
    const messages = [await gate.change('failed'), await gate.change('passed'), await gate.change('failed')];
    const dispatcher = dispatcherWithQueue(test.table);
    dispatcher.sendBy(once(retry()));
    dispatcher.send(...messages);
    await dispatcher.pass(60);
    expect(statesIn(dispatcher)).toEqual(['failed', 'failed']);
  });
});

describe('an older change', () => {
  it('is never sent after a newer one: it is superseded, and names that one', async () => {
    const gate = await changingGate(test.table);
    const [older, newer] = [await gate.change('failed'), await gate.change('none', 1)];
    const lagging = dispatcherOn(test.table, { listDue: async () => [] });
    lagging.moveSeconds(1);
    await lagging.run(newer);
    await lagging.run(older);
    expect(statesIn(lagging)).toEqual(['none']);
    expect(await deliveryOf(test.table, older)).toMatchObject({
      status: 'skipped',
      reason_code: 'superseded',
      last_error: expect.stringContaining(newer.delivery.notification_id),
    });
  });

  it('is not sent by a dead letter that was moved back after the newer one was sent', async () => {
    const gate = await changingGate(test.table);
    const failed = await gate.change('failed');
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(refused);
    await dispatcher.run(failed);
    dispatcher.sendBy(sent);
    dispatcher.moveSeconds(60);
    await dispatcher.run(await gate.change('passed', 60));
    dispatcher.moveSeconds(60);
    expect(await dispatcher.run(dispatcher.deadLetters[0])).toEqual([]);
    expect(statesIn(dispatcher)).toEqual(['failed', 'passed']);
    expect(await deliveryOf(test.table, failed)).toMatchObject({ status: 'skipped', reason_code: 'superseded' });
  });

  it('is not sent by a dead letter that was moved back, though the newer one was no news', async () => {
    const gate = await changingGate(test.table);
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(await gate.change('failed'));
    await dispatcher.run(await gate.change('passed'));
    dispatcher.moveSeconds(60);
    dispatcher.sendBy(refused);
    const failed = await gate.change('failed', 60);
    await dispatcher.run(failed);
    dispatcher.moveSeconds(60);
    dispatcher.sendBy(sent);
    const passed = await gate.change('passed', 120);
    await dispatcher.run(passed);
    expect(await deliveryOf(test.table, passed)).toMatchObject({ reason_code: 'back_to_told_state' });
    dispatcher.moveSeconds(60);
    expect(await dispatcher.run(dispatcher.deadLetters[0])).toEqual([]);
    expect(statesIn(dispatcher)).toEqual(['failed', 'passed', 'failed']);
    expect(await deliveryOf(test.table, failed)).toMatchObject({
      reason_code: 'superseded',
      last_error: expect.stringContaining(passed.delivery.notification_id),
    });
  });

  it('is merged where its message comes long after, as after an outage', async () => {
    const gate = await changingGate(test.table);
    const [failed, passed] = [await gate.change('failed'), await gate.change('none', 5)];
    const dispatcher = dispatcherOn(test.table);
    dispatcher.moveSeconds(16 * 60);
    expect(await dispatcher.run(passed, failed)).toEqual([]);
    expect(statesIn(dispatcher)).toEqual(['none']);
  });
});

describe('a dispatcher that died', () => {
  const died = () => Promise.reject(new Error('died'));

  it('between what was reported and the rows: the change is sent, and the newer one after it', async () => {
    const gate = await changingGate(test.table);
    const failed = await gate.change('failed');
    const dying = dispatcherOn(test.table, { changeDeliveries: diesWriting });
    expect(await dying.run(failed)).toEqual(['m0']);
    const next = dispatcherOn(test.table);
    next.moveSeconds(91);
    const passed = await gate.change('passed', 91);
    await next.run(failed, passed);
    expect([...statesIn(dying), ...statesIn(next)]).toEqual(['failed', 'passed']);
    expect(await deliveryOf(test.table, failed)).toMatchObject({ status: 'sent', message_id: dying.messages[0]?.id });
    expect(await deliveryOf(test.table, passed)).toMatchObject({ status: 'sent' });
  });

  it('after it had sent: the recipient hears that the gate is back where it was', async () => {
    const gate = await changingGate(test.table);
    const failed = await gate.change('failed');
    const dying = dispatcherOn(test.table, { recordNotified: died });
    expect(await dying.run(failed)).toEqual(['m0']);
    const next = dispatcherOn(test.table);
    next.moveSeconds(91);
    await next.run(failed, await gate.change('passed', 91));
    expect([...statesIn(dying), ...statesIn(next)]).toEqual(['failed', 'passed']);
  });
});

describe('a message that may have arrived', () => {
  const twiceUnsure = (): Send => {
    const answers: Send[] = [unanswered, retry(), sent];
    return async (message) => await (answers.shift() ?? sent)(message);
  };

  it('is sent again as it was, with its id, until it is answered; only then the newer one', async () => {
    const gate = await changingGate(test.table);
    const failed = await gate.change('failed');
    const dispatcher = dispatcherWithQueue(test.table);
    dispatcher.sendBy(twiceUnsure());
    dispatcher.send(failed);
    await dispatcher.pass(1);
    expect(await deliveryOf(test.table, failed)).toMatchObject({ status: 'retrying', is_in_doubt: true });
    dispatcher.send(await gate.change('passed', 1));
    await dispatcher.pass(120);
    expect(statesIn(dispatcher)).toEqual(['failed', 'failed', 'failed', 'passed']);
    const [first, second, third] = dispatcher.messages;
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(await deliveryOf(test.table, failed)).toMatchObject({ status: 'sent', attempts: 3, is_in_doubt: false });
  });
});

describe('a gate that flips to and fro', () => {
  it.each([
    { flips: ['failed', 'passed'], told: [] },
    { flips: ['failed', 'passed', 'failed'], told: ['failed'] },
    { flips: ['failed', 'passed', 'failed', 'passed'], told: ['passed'] },
    { flips: ['failed', 'passed', 'failed', 'passed', 'failed'], told: ['failed'] },
  ] as const)('$flips is reported once: $told', async ({ flips, told }) => {
    const gate = await changingGate(test.table);
    const messages = [];
    for (const to of flips) messages.push(await gate.change(to));
    const dispatcher = dispatcherWithQueue(test.table);
    dispatcher.send(...messages);
    await dispatcher.pass(60);
    expect(statesIn(dispatcher)).toEqual(told);
    const [message] = dispatcher.messages;
    if (message === undefined) return;
    expect(message.event.data.digest?.entries).toMatchObject([{ count: flips.length, gate: { from: 'passed' } }]);
    expect(JSON.stringify(message.content).includes('unstable')).toBe(flips.length >= 4);
  });
});
