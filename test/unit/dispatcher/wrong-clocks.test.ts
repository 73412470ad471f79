import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChannelHealth, healthAfter } from '../../../core/targets/health.ts';
import { targetsOf } from '../../../core/targets/model.ts';
import { pauseMail, reserveMail } from '../../../core/targets/store/mail-rate.ts';
import { recordWake } from '../../../core/targets/store/targets.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { dispatcherWithQueue } from './delivery-queue.ts';
import { changingGate, oneMessage } from './gates.ts';
import { deliveryOf, diesWriting, dispatcherOn, productOf, retry, START, sent, settings, slackOf } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const START_MS = Date.parse(START);
const AHEAD = [
  { name: '30 seconds', seconds: 30 },
  { name: 'five minutes', seconds: 300 },
  { name: 'three years', seconds: 3 * 365 * 86_400 },
] as const;

/** A dispatcher whose clock is wrong by so many seconds. */
const ahead = (seconds: number, overrides: Parameters<typeof dispatcherOn>[1] = {}) => {
  const dispatcher = dispatcherOn(test.table, overrides);
  dispatcher.moveSeconds(seconds);
  return dispatcher;
};

describe.each(AHEAD)('an instance whose clock is $name ahead', ({ seconds }) => {
  it('holds a target for no longer than a lease and its own error when it dies', async () => {
    const { message } = await oneMessage(test.table);
    await ahead(seconds, { changeDeliveries: diesWriting }).run(message);
    const next = dispatcherOn(test.table);
    next.moveSeconds(Math.min(seconds, 400) + 90);
    expect(await next.run(message)).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent' });
  });

  it('delays no other event with the interval that it leaves by more than its own error', async () => {
    const gate = await changingGate(test.table);
    const wrong = ahead(seconds);
    await wrong.run(await gate.change('failed'));
    await wrong.run(await gate.change('none'));
    const last = await gate.change('failed');
    const next = dispatcherOn(test.table);
    next.moveSeconds(Math.min(seconds, 400) + 10);
    await next.run(last);
    expect((await deliveryOf(test.table, last)).status).toBe('sent');
  });

  it('delays no retry beyond the longest wait', async () => {
    const { message } = await oneMessage(test.table);
    const failing = ahead(seconds);
    failing.sendBy(retry());
    await failing.run(message);
    const next = dispatcherOn(test.table);
    next.moveSeconds(Math.min(seconds, 400) + 10);
    next.sendBy(sent);
    expect(await next.run(message)).toEqual([]);
    expect(next.messages).toHaveLength(1);
  });

  it('delays no other email', async () => {
    const table = await test.another();
    const wrong = new Date(START_MS + seconds * 1_000);
    await reserveMail(table, { rate: { mailsPerSecond: 14 }, owner: 'P1', now: wrong });
    const { message } = await oneMessage(table, {
      notification_slack_webhook: '',
      notification_email_to: 'a@example.org',
    });
    const dispatcher = dispatcherOn(table);
    await dispatcher.run(message);
    expect((await deliveryOf(table, message)).status).toBe('sent');
  });

  it('leaves what it fans out to those who are right, at its time or at once', async () => {
    const table = await test.another();
    const gate = await changingGate(table);
    const message = await gate.change('failed', seconds);
    const queue = dispatcherWithQueue(table);
    queue.send(message);
    await queue.pass(Math.min(seconds, 400) + 600);
    if (seconds <= 400) expect((await deliveryOf(table, message)).status).toBe('sent');
    else expect((await deliveryOf(table, message)).status).toBe('pending');
  });

  it('hides no target with the wake-up that it records', async () => {
    const table = await test.another();
    const { message } = await oneMessage(table);
    const wrong = new Date(START_MS + seconds * 1_000);
    await recordWake(table, { target: message.target, at: wrong, now: wrong, isSwept: false });
    const queue = dispatcherWithQueue(table);
    await queue.pass(Math.min(seconds, 400) + 1_200);
    expect((await deliveryOf(table, message)).status).toBe('sent');
  });
});

it('an instance years ahead pauses no email', async () => {
  const table = await test.another();
  const fields = { notification_slack_webhook: '', notification_email_to: 'a@example.org' };
  const { message } = await oneMessage(table, fields);
  await pauseMail(table, new Date(START_MS + 3 * 365 * 86_400_000));
  await dispatcherOn(table).run(message);
  expect((await deliveryOf(table, message)).status).toBe('sent');
});

describe('an instance whose clock is behind', () => {
  it('sends what is fanned out by one that is 30 s ahead of it at once', async () => {
    const gate = await changingGate(test.table);
    const message = await gate.change('failed', 30);
    const behind = dispatcherOn(test.table);
    expect(await behind.run(message)).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent' });
  });

  it('sends what is fanned out by one that is 90 s ahead of it at its own time', async () => {
    const gate = await changingGate(test.table, { notification_slack_webhook: slackOf('ahead') });
    const message = await gate.change('failed', 90);
    const behind = dispatcherOn(test.table);
    expect(await behind.run(message)).toEqual([]);
    expect(behind.woken).toMatchObject([{ target: message.target, delaySeconds: 90 }]);
    behind.moveSeconds(90);
    await behind.run(...behind.woken);
    expect((await deliveryOf(test.table, message)).status).toBe('sent');
  });
});

it('a channel whose failures begin in the future is broken a day after it failed again', () => {
  const product = productOf('Health');
  const [target] = targetsOf({ type: 'security_gate' }, { product, settings });
  if (target === undefined) throw new Error('no target');
  const outcome = { kind: 'refused', reason: 'no' } as const;
  const failsAt = (before: ChannelHealth | null, hours: number) =>
    healthAfter(before, {
      target,
      outcome,
      productName: null,
      revision: `r${hours}`,
      now: new Date(START_MS + hours * 3_600_000),
    });
  const first = failsAt(null, 365 * 24);
  expect(failsAt(failsAt(first, 0), 25)).toMatchObject({ broken_at: expect.any(String) });
});
