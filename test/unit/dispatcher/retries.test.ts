import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WAITS_SECONDS } from '../../../core/deliveries/retry-schedule.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { deliveryOf, dispatcherOn, fannedOut, refused, retry, seed, sent, settings } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const toSlack = async () => {
  const [message] = (await fannedOut(test.table)).messages;
  if (message === undefined) throw new Error('no message');
  return message;
};

describe('a delivery that fails', () => {
  it('is tried again by the schedule, and in the end is failed and a dead letter', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(retry());
    for (const [position, wait] of WAITS_SECONDS.entries()) {
      expect(await dispatcher.run(message)).toEqual(['m0']);
      expect(dispatcher.postponed.get('m0')).toBe(wait);
      expect(await deliveryOf(test.table, message)).toMatchObject({
        status: 'retrying',
        attempts: position + 1,
        last_error: 'The target answered 503',
        next_attempt_at: new Date(dispatcher.now().getTime() + wait * 1_000).toISOString(),
      });
      dispatcher.moveSeconds(wait);
    }
    expect(dispatcher.deadLetters).toEqual([]);
    expect(await dispatcher.run(message)).toEqual([]);
    const failed = await deliveryOf(test.table, message);
    expect(failed).toMatchObject({
      status: 'failed',
      attempts: 9,
      last_error: 'The target answered 503',
      next_attempt_at: null,
    });
    expect(dispatcher.deadLetters).toEqual([
      { ...message, retry_of: failed.settled_at, reason: 'The target answered 503' },
    ]);
    expect(dispatcher.parcels).toHaveLength(9);
  });

  it('waits for Retry-After where that is longer, and does not count a throttle', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(retry(300, false));
    await dispatcher.run(message);
    expect(dispatcher.postponed.get('m0')).toBe(300);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'retrying', attempts: 0, throttles: 1 });
    dispatcher.sendBy(retry(1));
    dispatcher.moveSeconds(300);
    await dispatcher.run(message);
    expect(dispatcher.postponed.get('m0')).toBe(WAITS_SECONDS[0]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ attempts: 1, throttles: 1 });
  });

  it('is not sent before its time when the message comes early', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table, {
      postpone: async () => {
        throw new Error('the visibility could not be changed');
      },
    });
    dispatcher.sendBy(retry(1_000));
    expect(await dispatcher.run(message)).toEqual(['m0']);
    const next = dispatcherOn(test.table);
    next.moveSeconds(360);
    expect(await next.run(message)).toEqual(['m0']);
    expect(next.parcels).toEqual([]);
    expect(next.postponed.get('m0')).toBe(640);
    next.moveSeconds(640);
    expect(await next.run(message)).toEqual([]);
    expect(next.parcels).toHaveLength(1);
  });

  it('for good is failed at once, and a dead letter', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(refused);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({
      status: 'failed',
      attempts: 1,
      last_error: 'The webhook was removed (no_service)',
    });
    expect(dispatcher.deadLetters).toMatchObject([{ ...message, reason: 'The webhook was removed (no_service)' }]);
  });

  it('becomes a dead letter also when the function died after the settlement', async () => {
    const message = await toSlack();
    const dying = dispatcherOn(test.table, {
      sendDeadLetters: async () => {
        throw new Error('died');
      },
    });
    dying.sendBy(refused);
    expect(await dying.run(message)).toEqual(['m0']);
    const next = dispatcherOn(test.table);
    // Who settled it may still be about to send the letter.
    expect(await next.run(message)).toEqual(['m0']);
    expect(next.postponed.get('m0')).toBe(90);
    next.moveSeconds(90);
    expect(await next.run(message)).toEqual([]);
    expect(next.parcels).toEqual([]);
    expect(next.deadLetters).toMatchObject([message]);
  });

  it('stays queued while the dead-letter queue does not take it', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table, { sendDeadLetters: async () => new Set([0]) });
    dispatcher.sendBy(refused);
    expect(await dispatcher.run(message)).toEqual(['m0']);
    expect(await dispatcher.run(message)).toEqual(['m0']);
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

describe('a dead letter that is moved back', () => {
  const failedOnce = async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(refused);
    await dispatcher.run(message);
    const [letter] = dispatcher.deadLetters;
    if (letter === undefined) throw new Error('no dead letter');
    dispatcher.deadLetters.length = 0;
    dispatcher.parcels.length = 0;
    dispatcher.moveSeconds(3_600);
    return { message, dispatcher, letter };
  };

  it('starts the delivery afresh', async () => {
    const { message, dispatcher, letter } = await failedOnce();
    dispatcher.sendBy(retry());
    expect(await dispatcher.run(letter)).toEqual(['m0']);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'retrying', attempts: 1, settled_at: null });
    dispatcher.sendBy(sent);
    dispatcher.moveSeconds(5);
    expect(await dispatcher.run(letter)).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent', attempts: 2, last_error: null });
    expect(await dispatcher.run(letter)).toEqual([]);
    expect(dispatcher.parcels).toHaveLength(2);
  });

  it('does so once, however often it is there', async () => {
    const { dispatcher, letter, message } = await failedOnce();
    dispatcher.sendBy(refused);
    expect(await dispatcher.run(letter, letter)).toEqual([]);
    dispatcher.moveSeconds(10);
    expect(await dispatcher.run(letter)).toEqual([]);
    expect(dispatcher.parcels).toHaveLength(1);
    const { settled_at } = await deliveryOf(test.table, message);
    expect(dispatcher.deadLetters.at(-1)).toMatchObject({ retry_of: settled_at });
  });

  it('is what a doubled message is not', async () => {
    const { dispatcher, message } = await failedOnce();
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toEqual([]);
  });
});

describe('a failed delivery that has more messages than one', () => {
  const copies = (dispatcher: ReturnType<typeof dispatcherOn>, body: unknown) =>
    Array.from({ length: 8 }, () => async () => {
      dispatcher.moveSeconds(100);
      return await dispatcher.run(body);
    }).reduce(async (before, run) => [...(await before), ...(await run())], Promise.resolve<string[]>([]));

  it('is one dead letter, and one more for each time that it is redriven and fails again', async () => {
    const message = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(refused);
    expect(await copies(dispatcher, message)).toEqual([]);
    expect(dispatcher.deadLetters).toHaveLength(1);
    const [letter] = dispatcher.deadLetters;
    expect(await copies(dispatcher, letter)).toEqual([]);
    expect(dispatcher.deadLetters).toHaveLength(2);
    expect(dispatcher.parcels).toHaveLength(2);
    const { settled_at } = await deliveryOf(test.table, message);
    expect(dispatcher.deadLetters[1]).toMatchObject({ retry_of: settled_at });
  });
});

describe('a delivery that was skipped for want of a sender', () => {
  it('is sent when email_from is set, and somebody sends it again', async () => {
    const fields = { notification_slack_webhook: '', notification_email_to: 'a@example.org' };
    const [message] = (await fannedOut(test.table, fields)).messages;
    if (message === undefined) throw new Error('no message');
    await seed(test.table).settings({ ...settings, email_from: '' });
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(message);
    const { settled_at, reason_code } = await deliveryOf(test.table, message);
    expect(reason_code).toBe('no_sender');
    await seed(test.table).settings(settings);
    dispatcher.moveSeconds(3_600);
    // A copy of its first message has nothing to say.
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toEqual([]);
    expect(await dispatcher.run({ ...message, retry_of: settled_at })).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({
      status: 'sent',
      attempts: 1,
      last_error: null,
      reason_code: null,
    });
  });
});
