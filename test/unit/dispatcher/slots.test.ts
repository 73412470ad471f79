import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeClaims } from '../../../core/deliveries/store/change-deliveries.ts';
import { reserveSlots } from '../../../core/targets/store/send-slots.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { sealedFields } from '../../vault.ts';
import { crowdBefore, oneMessage } from './crowd.ts';
import { deliveryOf, dispatcherOn, refused, retry, START, seed, sent, settings, slackOf } from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const START_MS = Date.parse(START);

describe('a message that waits for its slot', () => {
  it('is hidden until then, without a lease and without an attempt', async () => {
    const { message } = await oneMessage(test.table);
    await crowdBefore(test.table, message, 30);
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual(['m0']);
    expect(dispatcher.postponed.get('m0')).toBe(30);
    expect(dispatcher.parcels).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({
      status: 'pending',
      attempts: 0,
      throttles: 0,
      has_slot: true,
      lease_until: null,
    });
    dispatcher.moveSeconds(30);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent', attempts: 1, has_slot: false });
  });

  it('is held back where it comes too early, and needs no other slot', async () => {
    const { message } = await oneMessage(test.table);
    const rateLimit = await crowdBefore(test.table, message, 30);
    const dispatcher = dispatcherOn(test.table, { postpone: () => Promise.reject(new Error('away')) });
    await dispatcher.run(message);
    const next = dispatcherOn(test.table);
    next.moveSeconds(10);
    expect(await next.run(message)).toEqual(['m0']);
    expect(next.postponed.get('m0')).toBe(20);
    expect(await reserveSlots(test.table, { rateLimit, count: 1, now: next.now() })).toBe(START_MS + 32_000);
  });

  it('gets another slot where it comes too late', async () => {
    const { message } = await oneMessage(test.table);
    await crowdBefore(test.table, message, 30);
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(message);
    const rateLimit = await crowdBefore(test.table, message, 60);
    dispatcher.moveSeconds(45);
    expect(await dispatcher.run(message)).toEqual(['m0']);
    expect(dispatcher.postponed.get('m0')).toBe(46);
    expect(await reserveSlots(test.table, { rateLimit, count: 1, now: dispatcher.now() })).toBe(START_MS + 93_000);
  });

  it('loses its slot, and nothing else, with the function that reserved it', async () => {
    const { message } = await oneMessage(test.table);
    await crowdBefore(test.table, message, 30);
    let writes = 0;
    const dying = dispatcherOn(test.table, {
      writeClaims: async (claims) => {
        writes += 1;
        if (writes === 2) throw new Error('died');
        return await writeClaims(test.table, claims);
      },
    });
    expect(await dying.run(message)).toEqual(['m0']);
    const next = dispatcherOn(test.table);
    expect(await next.run(message)).toEqual(['m0']);
    expect(next.postponed.get('m0')).toBe(31);
    next.moveSeconds(31);
    expect(await next.run(message)).toEqual([]);
    expect(next.parcels).toHaveLength(1);
  });

  it('is hidden as long as a queue can, where that is not enough, and waits on', async () => {
    const { message } = await oneMessage(test.table);
    await crowdBefore(test.table, message, 50_000);
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(message);
    expect(dispatcher.postponed.get('m0')).toBe(39_600);
    dispatcher.moveSeconds(39_600);
    expect(await dispatcher.run(message)).toEqual(['m0']);
    expect(dispatcher.postponed.get('m0')).toBe(10_400);
  });

  it('is replaced by a new one before it was received too often', async () => {
    const { message } = await oneMessage(test.table);
    await crowdBefore(test.table, message, 30);
    const dispatcher = dispatcherOn(test.table);
    dispatcher.received(40);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.setAgain).toMatchObject([{ message, seconds: 30 }]);
    expect(dispatcher.postponed.size).toBe(0);
    const refusing = dispatcherOn(test.table, { reenqueue: async () => new Set([0]) });
    refusing.received(40);
    expect(await refusing.run(message)).toEqual(['m0']);
    expect(refusing.postponed.get('m0')).toBe(30);
  });

  it('may be a dead letter that was moved back: it starts the delivery afresh, once', async () => {
    const { message } = await oneMessage(test.table);
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(refused);
    await dispatcher.run(message);
    const [letter] = dispatcher.deadLetters;
    await crowdBefore(test.table, message, 30);
    dispatcher.sendBy(sent);
    expect(await dispatcher.run(letter)).toEqual(['m0']);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'retrying', attempts: 0, settled_at: null });
    dispatcher.moveSeconds(31);
    expect(await dispatcher.run(letter)).toEqual([]);
    expect(await dispatcher.run(letter)).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent', attempts: 1 });
    expect(dispatcher.parcels).toHaveLength(2);
  });
});

describe('a webhook that throttles', () => {
  it('is asked by none of its other messages until the time that it names', async () => {
    const notification_slack_webhook = slackOf('throttling');
    const [throttled, waiting, next] = await Promise.all(
      [1, 2, 3].map(async () => (await oneMessage(test.table, { notification_slack_webhook })).message),
    );
    if (!throttled || !waiting || !next) throw new Error('three messages were expected');
    const dispatcher = dispatcherOn(test.table);
    await crowdBefore(test.table, waiting, 5);
    await dispatcher.run(waiting);
    expect(dispatcher.postponed.get('m0')).toBe(5);
    dispatcher.moveSeconds(4);
    dispatcher.sendBy(retry(60, false));
    await dispatcher.run(throttled);
    expect(dispatcher.parcels).toHaveLength(1);
    dispatcher.moveSeconds(1);
    dispatcher.sendBy(sent);
    // Its slot has come, and is of no use.
    expect(await dispatcher.run(waiting)).toEqual(['m0']);
    expect(await dispatcher.run(next)).toEqual(['m0']);
    expect(dispatcher.postponed.get('m0')).toBeGreaterThan(55);
    expect(dispatcher.parcels).toHaveLength(1);
    for (const message of [waiting, next])
      expect(await deliveryOf(test.table, message)).toMatchObject({ attempts: 0, throttles: 0 });
    dispatcher.moveSeconds(65);
    expect(await dispatcher.run(waiting, next, throttled)).toEqual([]);
    expect(dispatcher.parcels).toHaveLength(4);
  });

  it("that can't be paused: the delivery is retried, and the failure is recorded", async () => {
    const { message } = await oneMessage(test.table);
    const dispatcher = dispatcherOn(test.table, { pauseUntil: () => Promise.reject(new Error('away')) });
    dispatcher.sendBy(retry(60, false));
    expect(await dispatcher.run(message)).toEqual(['m0']);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'retrying', throttles: 1 });
    expect(dispatcher.captured).toMatchObject([{ message: 'away', arguments: null }]);
  });
});

describe('a rate limit that many deliveries share', () => {
  it("isn't reserved for a webhook that is gone", async () => {
    const { message, product } = await oneMessage(test.table);
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(async () => ({ kind: 'refused', reason: 'no_service', gone: true }));
    await dispatcher.run(message);
    const failed = await deliveryOf(test.table, message);
    await crowdBefore(test.table, message, 30);
    expect(await dispatcher.run({ ...message, retry_of: failed.settled_at })).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'failed', product_id: product.id });
    expect(dispatcher.parcels).toHaveLength(1);
  });

  it('to a webhook that is set in place of another gets longer by its messages', async () => {
    const { message, product } = await oneMessage(test.table);
    const webhook = slackOf('crowded');
    const crowd = await oneMessage(test.table, { notification_slack_webhook: webhook });
    await crowdBefore(test.table, crowd.message, 30);
    await seed(test.table).product({
      ...product,
      ...sealedFields(product.id, { notification_slack_webhook: webhook }),
    });
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual(['m0']);
    expect(dispatcher.postponed.get('m0')).toBe(30);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'retrying', attempts: 0 });
    dispatcher.moveSeconds(32);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toMatchObject([{ destination: { webhook } }]);
  });

  it("isn't reserved for email that won't be sent", async () => {
    const fields = { notification_slack_webhook: '', notification_email_to: 'a@example.org' };
    const { message } = await oneMessage(test.table, fields);
    await crowdBefore(test.table, message, 30_000);
    await seed(test.table).settings({ ...settings, email_from: '' });
    expect(await dispatcherOn(test.table).run(message)).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'skipped', attempts: 0 });
  });
});
