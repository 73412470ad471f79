import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { reserveMail } from '../../../core/targets/store/mail-rate.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { sealedFields } from '../../vault.ts';
import { dispatcherWithQueue } from './delivery-queue.ts';
import { changingGate, crowd, oneMessage } from './gates.ts';
import { deliveryOf, type Message, retry, START, seed, sent, settings, slackOf, targetOf } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

/** A dispatcher with its queue that notes when each target took its messages, in seconds from the start. */
const timed = (table: Table, overrides: Parameters<typeof dispatcherWithQueue>[1] = {}) => {
  const times = new Map<string, number[]>();
  const queue = dispatcherWithQueue(table, overrides);
  queue.sendBy(async ({ destination }) => {
    const name = destination.kind === 'webhook' ? destination.webhook : 'address' in destination && destination.address;
    const seconds = (queue.now().getTime() - Date.parse(START)) / 1_000;
    times.set(String(name), [...(times.get(String(name)) ?? []), seconds]);
    return { kind: 'sent' };
  });
  return { ...queue, timesOf: (name: string) => times.get(name) ?? [] };
};

const statusesOf = async (table: Table, messages: readonly Message[]) =>
  new Set((await Promise.all(messages.map((message) => deliveryOf(table, message)))).map(({ status }) => status));

describe('a webhook', () => {
  it('takes two messages at once and then one in ten seconds, whatever comes', async () => {
    const table = await test.another();
    const url = slackOf('busy');
    const queue = timed(table);
    const all: Message[] = [];
    for (let second = 0; second < 60; second += 1) {
      const [message] = await crowd(table, 1, { notification_slack_webhook: url });
      if (message === undefined) throw new Error('no message');
      all.push(message);
      queue.send(message);
      await queue.pass(1);
    }
    await queue.pass(20);
    expect(queue.timesOf(url)).toEqual([0, 1, 10, 20, 30, 40, 50, 60]);
    expect(await statusesOf(table, all)).toEqual(new Set(['sent']));
  });

  it('takes what many products send in one message, and holds up no other', async () => {
    const table = await test.another();
    const url = slackOf('crowd');
    const messages = await crowd(table, 60, { notification_slack_webhook: url });
    const [other] = await crowd(table, 1, { notification_slack_webhook: slackOf('alone') });
    const queue = timed(table);
    queue.send(...messages, other);
    await queue.pass(60);
    expect(queue.timesOf(url)).toEqual([0]);
    expect(queue.timesOf(slackOf('alone'))).toEqual([0]);
    expect(await statusesOf(table, messages)).toEqual(new Set(['sent']));
  });

  it('that takes the place of another is waited for', async () => {
    const table = await test.another();
    const url = slackOf('taken');
    const queue = timed(table);
    for (let times = 0; times < 2; times += 1) {
      queue.send(...(await crowd(table, 1, { notification_slack_webhook: url })));
      await queue.pass(0);
    }
    const { message, product } = await oneMessage(table);
    await seed(table).product({ ...product, ...sealedFields(product.id, { notification_slack_webhook: url }) });
    queue.send(message);
    await queue.pass(9);
    expect(queue.timesOf(url)).toEqual([0, 0]);
    await queue.pass(1);
    expect(queue.timesOf(url)).toEqual([0, 0, 10]);
    expect(await deliveryOf(table, message)).toMatchObject({ status: 'sent', attempts: 1 });
  });
});

describe('a target that throttles', () => {
  it('is sent nothing until the time that it names, and nothing else waits', async () => {
    const table = await test.another();
    const url = slackOf('throttling');
    const [first, second] = await crowd(table, 2, { notification_slack_webhook: url });
    const [other] = await crowd(table, 1, { notification_slack_webhook: slackOf('idle') });
    if (!first || !second || !other) throw new Error('no messages');
    const queue = dispatcherWithQueue(table);
    queue.sendBy(async (message) =>
      'webhook' in message.destination && message.destination.webhook === url
        ? await retry(300, false)(message)
        : { kind: 'sent' },
    );
    queue.send(first);
    await queue.pass(0);
    expect(await targetOf(table, first)).toMatchObject({ wait_reason: 'throttled', last_error: expect.any(String) });
    queue.sendBy(sent);
    queue.send(second, other);
    await queue.pass(299);
    expect(queue.messages).toHaveLength(2);
    expect((await deliveryOf(table, other)).status).toBe('sent');
    expect(await deliveryOf(table, second)).toMatchObject({ status: 'retrying', attempts: 0 });
    await queue.pass(1);
    expect(queue.messages).toHaveLength(3);
    expect(await statusesOf(table, [first, second])).toEqual(new Set(['sent']));
  });
});

/** Four emails a second. Instances wait for their turns side by side, so no wait moves the clock. */
const fourASecond = (table: Table) => {
  const turns: { readonly owner: string; readonly seconds: number }[] = [];
  const reserve = async (owner: string, now: Date) => {
    const turn = await reserveMail(table, { rate: { mailsPerSecond: 4 }, owner, now });
    if (turn !== null) turns.push({ owner, seconds: (turn.getTime() - Date.parse(START)) / 1_000 });
    return turn;
  };
  // Evenly spread, and the same each time.
  let chance = 0;
  const random = () => {
    chance = (chance + 0.618) % 1;
    return chance;
  };
  return { turns, queue: dispatcherWithQueue(table, { reserveMail: reserve, waitUntil: async () => {}, random }) };
};

const addressesOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${name}${n}@example.org`).join(', ');

const emailOnly = (addresses: string) => ({ notification_slack_webhook: '', notification_email_to: addresses });

describe('email', () => {
  it("keeps SES's rate, whatever the addresses", async () => {
    const table = await test.another();
    const gate = await changingGate(table, emailOnly(addressesOf('m', 20)));
    const { queue, turns } = fourASecond(table);
    const messages = await gate.changeAll('failed');
    queue.send(...messages);
    await queue.pass(60);
    expect(await statusesOf(table, messages)).toEqual(new Set(['sent']));
    expect(turns).toHaveLength(20);
    const times = turns.map(({ seconds }) => seconds).toSorted((one, other) => one - other);
    for (const [position, seconds] of times.slice(1).entries())
      expect(seconds - (times[position] ?? 0)).toBeGreaterThanOrEqual(0.25);
  });

  it("of one product is sent within two seconds, while another's gate flips 12 times for 50 addresses", async () => {
    const table = await test.another();
    const flood = await changingGate(table, emailOnly(addressesOf('f', 50)));
    const quiet = await changingGate(table, emailOnly('quiet@example.org'));
    const { queue, turns } = fourASecond(table);
    const flips = Array.from({ length: 12 }, (_, flip) => flood.changeAll(flip % 2 === 0 ? 'failed' : 'none'));
    queue.send(...(await Promise.all(flips)).flat());
    await queue.pass(6);
    expect(turns.length).toBeGreaterThanOrEqual(20);
    const [message] = await quiet.changeAll('failed', 6);
    if (message === undefined) throw new Error('no message');
    queue.send(message);
    await queue.pass(2);
    expect((await deliveryOf(table, message)).status).toBe('sent');
    const own = turns.filter(({ owner }) => owner === quiet.product.id);
    expect(own).toHaveLength(1);
    expect(own[0]?.seconds).toBeLessThanOrEqual(8);
  });

  it('that SES throttles pauses all email of the account, and no webhook', async () => {
    const table = await test.another();
    const gate = await changingGate(table, emailOnly('a@example.org'));
    const other = await changingGate(table, { notification_email_to: 'b@example.org' });
    const queue = dispatcherWithQueue(table);
    queue.sendBy(retry(30, false));
    queue.send(...(await gate.changeAll('failed')));
    await queue.pass(0);
    queue.sendBy(sent);
    const [email, slack] = await other.changeAll('failed');
    if (!email || !slack) throw new Error('two messages were expected');
    queue.send(email, slack);
    await queue.pass(29);
    expect((await deliveryOf(table, slack)).status).toBe('sent');
    expect(await deliveryOf(table, email)).toMatchObject({ status: 'pending', attempts: 0 });
    expect((await targetOf(table, email)).wait_reason).toBe('account_rate');
    await queue.pass(10);
    expect((await deliveryOf(table, email)).status).toBe('sent');
    expect(queue.messages).toHaveLength(4);
  });

  it('that is not sent takes no turn', async () => {
    const table = await test.another();
    let turns = 0;
    const gate = await changingGate(table, emailOnly('a@example.org'));
    const [message] = await gate.changeAll('failed');
    if (message === undefined) throw new Error('no message');
    await seed(table).settings({ ...settings, email_from: '' });
    const queue = dispatcherWithQueue(table, {
      reserveMail: async (_, now) => {
        turns += 1;
        return now;
      },
    });
    queue.send(message);
    await queue.pass(0);
    expect(turns).toBe(0);
    expect(await deliveryOf(table, message)).toMatchObject({ status: 'skipped', attempts: 0 });
  });
});
