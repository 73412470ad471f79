import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDelivery } from '../../../core/deliveries/lifecycle.ts';
import { recordFanOut } from '../../../core/deliveries/store/record-fan-out.ts';
import { gateNotification } from '../../../core/notifications/model.ts';
import type { Product } from '../../../core/products/model.ts';
import { reviseProduct } from '../../../core/products/revision.ts';
import { targetsOf } from '../../../core/targets/model.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { crowdBefore } from './crowd.ts';
import {
  deliveryOf,
  dispatcherOn,
  productOf,
  refused,
  retry,
  type Send,
  START,
  seed,
  sent,
  settings,
} from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const NONE = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
let products = 0;

/** A product whose gate changes so many seconds after the start, each change fanned out to Slack. */
const changingGate = async () => {
  products += 1;
  let product: Product = productOf(`Gate${products}`);
  await seed(test.table).settings(settings);
  const change = async (critical: number, afterSeconds: number) => {
    const now = new Date(Date.parse(START) + afterSeconds * 1_000);
    const after = reviseProduct(product, { observation_counts: { ...NONE, critical } }, { user: 'ci', settings, now });
    const notification = gateNotification(product, after);
    if (notification === null) throw new Error('the gate did not change');
    product = after;
    await seed(test.table).product(product);
    await seed(test.table).notification(notification);
    const [target] = targetsOf(notification, { product, settings });
    if (target === undefined) throw new Error('no target');
    const deliveries = [newDelivery(target, notification, now)];
    await recordFanOut(test.table, { notificationId: notification.id, deliveries, now });
    return { notification_id: notification.id, delivery_id: target.delivery_id };
  };
  return {
    fail: (afterSeconds: number) => change(3, afterSeconds),
    pass: (afterSeconds: number) => change(0, afterSeconds),
  };
};

const throttled = retry(5, false);
const once = (first: Send): Send => {
  let tries = 0;
  return async (parcel) => {
    tries += 1;
    return await (tries === 1 ? first(parcel) : sent(parcel));
  };
};

describe('a try after the first, of a gate change that is not the newest', () => {
  it.each([
    { name: '500, and the gate passes right after', first: retry(), passesAfter: 0 },
    { name: '503 with Retry-After, and the gate passes 3 s after', first: retry(5), passesAfter: 3 },
    { name: '429, and the gate passes right after', first: throttled, passesAfter: 0 },
    { name: '429, and the gate passes 3 s after', first: throttled, passesAfter: 3 },
  ])('is not sent: the target answered $name', async ({ first, passesAfter }) => {
    const gate = await changingGate();
    const failed = await gate.fail(0);
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(once(first));
    await dispatcher.run(failed);
    dispatcher.moveSeconds(passesAfter);
    const passed = await gate.pass(passesAfter);
    await dispatcher.run(passed);
    dispatcher.moveSeconds(30);
    await dispatcher.run(failed, passed);
    expect(dispatcher.parcels.map(({ notification }) => notification.to)).toEqual(['failed', 'passed']);
    expect(await deliveryOf(test.table, passed)).toMatchObject({ status: 'sent', reason_code: null });
    expect(await deliveryOf(test.table, failed)).toMatchObject({
      status: 'skipped',
      reason_code: 'superseded',
      last_error: expect.stringContaining(passed.notification_id),
    });
    expect(dispatcher.deadLetters).toEqual([]);
  });

  it('is not sent after hours in which the channel was down', async () => {
    const gate = await changingGate();
    const failed = await gate.fail(0);
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(retry());
    for (let tries = 1; tries <= 7; tries += 1) {
      await dispatcher.run(failed);
      dispatcher.moveSeconds(20_000);
    }
    const passed = await gate.pass(140_000);
    dispatcher.sendBy(sent);
    dispatcher.parcels.length = 0;
    expect(await dispatcher.run(passed, failed)).toEqual([]);
    expect(dispatcher.parcels.map(({ notification }) => notification.to)).toEqual(['passed']);
  });

  it('is not sent by a dead letter that was moved back', async () => {
    const gate = await changingGate();
    const failed = await gate.fail(0);
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(refused);
    await dispatcher.run(failed);
    await gate.pass(10);
    expect(await dispatcher.run(dispatcher.deadLetters[0])).toEqual([]);
    expect(dispatcher.parcels).toHaveLength(1);
    expect(await deliveryOf(test.table, failed)).toMatchObject({ status: 'skipped', reason_code: 'superseded' });
  });

  it('is not sent by a message that comes long after the delivery was made, as after an outage', async () => {
    const gate = await changingGate();
    const [failed, passed] = [await gate.fail(0), await gate.pass(5)];
    const dispatcher = dispatcherOn(test.table);
    dispatcher.moveSeconds(16 * 60);
    expect(await dispatcher.run(passed)).toEqual([]);
    expect(await dispatcher.run(failed)).toEqual([]);
    expect(dispatcher.parcels.map(({ notification }) => notification.to)).toEqual(['passed']);
  });

  it('is not sent where it waited for its slot', async () => {
    const gate = await changingGate();
    const failed = await gate.fail(0);
    await crowdBefore(test.table, failed, 30);
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(failed);
    await gate.pass(3);
    dispatcher.moveSeconds(30);
    expect(await dispatcher.run(failed)).toEqual([]);
    expect(dispatcher.parcels).toEqual([]);
  });

  it('is sent where the newest is its own, however often the gate changed before', async () => {
    const gate = await changingGate();
    await gate.fail(0);
    await gate.pass(1);
    const failed = await gate.fail(2);
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(once(retry()));
    await dispatcher.run(failed);
    dispatcher.moveSeconds(30);
    await dispatcher.run(failed);
    expect(await deliveryOf(test.table, failed)).toMatchObject({ status: 'sent', attempts: 2 });
  });
});

it('a first try that comes at once is sent, although the gate has changed again', async () => {
  const gate = await changingGate();
  const [failed, passed] = [await gate.fail(0), await gate.pass(1)];
  const dispatcher = dispatcherOn(test.table);
  dispatcher.moveSeconds(1);
  await dispatcher.run(failed, passed);
  expect(dispatcher.parcels).toHaveLength(2);
});
