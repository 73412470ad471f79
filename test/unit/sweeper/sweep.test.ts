import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../core/deliveries/delivery-message.ts';
import { listDeliveries } from '../../../core/deliveries/store/read-deliveries.ts';
import { recordFanOut } from '../../../core/deliveries/store/record-fan-out.ts';
import { readSources } from '../../../core/deliveries/store/routing-context.ts';
import { listStalled, readNotifications, recordSweep } from '../../../core/deliveries/store/stalled.ts';
import type { ExceptionReport } from '../../../core/exceptions/model.ts';
import { notificationKey, SWEEP_SHARDS } from '../../../core/keys.ts';
import { createLog } from '../../../core/log.ts';
import { createNotification, readNotification } from '../../../core/notifications/store/notifications.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { type SweepDeps, sweep } from '../../../functions/sweeper/sweep.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import {
  deliveryOf,
  dispatcherOn,
  fannedOut,
  notificationOf,
  productOf,
  refused,
  retry,
  START,
  seed,
  settings,
} from '../dispatcher/harness.ts';

let running: TestTable;
let table: Table;

beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());
beforeEach(async () => {
  table = await running.another();
});

const MINUTE = 60_000;

/** A sweeper that runs minutes after the start, with what it sent and reported. */
const sweeperOn = (of: Table, overrides: Partial<SweepDeps> = {}) => {
  const sent: DeliveryMessage[] = [];
  const captured: ExceptionReport[] = [];
  let nowMs = Date.parse(START);
  const run = sweep({
    writeHeartbeat: async () => {},
    shards: SWEEP_SHARDS,
    listStalled: (shard, range, start) => listStalled(of, { shard, range, start }),
    sendDeliveries: async (messages) => {
      sent.push(...messages);
      return new Set();
    },
    recordSweep: (stalled, next) => recordSweep(of, { stalled, next }),
    readNotifications: (ids) => readNotifications(of, ids),
    readSources: (ids) => readSources(of, ids),
    recordFanOut: (notificationId, deliveries, now) => recordFanOut(of, { notificationId, deliveries, now }),
    listDeliveries: async () => [],
    measure: () => {},
    now: () => new Date(nowMs),
    log: createLog(() => {}),
    capture: async (report) => {
      captured.push(report);
    },
    ...overrides,
  });
  return {
    sent,
    captured,
    runAt: async (minutes: number) => {
      nowMs = Date.parse(START) + minutes * MINUTE;
      await run();
    },
  };
};

const only = async () => {
  const [message] = (await fannedOut(table)).messages;
  if (message === undefined) throw new Error('no delivery');
  return message;
};

describe('a delivery', () => {
  it('that is new is left alone, and gets a message again once it is stalled', async () => {
    const message = await only();
    const { sent, runAt } = sweeperOn(table);
    await runAt(14);
    expect(sent).toEqual([]);
    await runAt(16);
    expect(sent).toEqual([message]);
  });

  it('that waits for its time is left in peace until some time after it', async () => {
    const message = await only();
    const dispatcher = dispatcherOn(table);
    dispatcher.sendBy(retry(3_600));
    await dispatcher.run(message);
    const { sent, runAt } = sweeperOn(table);
    await runAt(74);
    expect(sent).toEqual([]);
    await runAt(76);
    expect(sent).toEqual([message]);
  });

  it.each([
    ['sent', null],
    ['failed', refused],
  ] as const)('that is %s is none of its business', async (status, send) => {
    const message = await only();
    const dispatcher = dispatcherOn(table);
    if (send !== null) dispatcher.sendBy(send);
    await dispatcher.run(message);
    const { sent, runAt } = sweeperOn(table);
    await runAt(10_000);
    expect(sent).toEqual([]);
    expect(await deliveryOf(table, message)).toMatchObject({ status, sweep_at: null });
  });

  it('is sent once when its lost message turns up after all', async () => {
    const message = await only();
    const { sent, runAt } = sweeperOn(table);
    await runAt(16);
    const dispatcher = dispatcherOn(table);
    dispatcher.moveSeconds(16 * 60);
    expect(await dispatcher.run(...sent)).toEqual([]);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toHaveLength(1);
  });

  it('that stays stalled gets no second message while its first one waits, and people hear of it', async () => {
    await only();
    const { sent, captured, runAt } = sweeperOn(table);
    for (let minutes = 0; minutes <= 90; minutes += 15) await runAt(minutes);
    expect(captured).toEqual([]);
    await runAt(105);
    expect(captured).toMatchObject([{ type: 'task', function: 'sweeper', exception_class: 'StalledDelivery' }]);
    for (let hours = 2; hours <= 24; hours += 1) await runAt(hours * 60);
    expect(sent).toHaveLength(1);
  });

  it('gets another message when the first one has not arrived for more than a day: it may be lost as well', async () => {
    await only();
    const { sent, runAt } = sweeperOn(table);
    for (let hours = 4; hours <= 4 * 24; hours += 4) await runAt(hours * 60);
    expect(sent).toHaveLength(4);
  });

  it('resets its sweeps when it is claimed', async () => {
    const message = await only();
    const { runAt } = sweeperOn(table);
    await runAt(16);
    expect(await deliveryOf(table, message)).toMatchObject({ sweeps: 1 });
    const dispatcher = dispatcherOn(table);
    dispatcher.moveSeconds(17 * 60);
    dispatcher.sendBy(retry());
    await dispatcher.run(message);
    expect(await deliveryOf(table, message)).toMatchObject({ status: 'retrying', sweeps: 0 });
  });
});

it('re-queues hundreds, page by page', async () => {
  const all = await Promise.all(Array.from({ length: 130 }, () => only()));
  const { sent, runAt } = sweeperOn(table);
  await runAt(16);
  const names = (messages: readonly DeliveryMessage[]) =>
    messages.map(({ notification_id }) => notification_id).toSorted();
  expect(names(sent)).toEqual(names(all));
});

describe('a queue that does not take a message', () => {
  it('is an exception; the others are noted, and the one comes again', async () => {
    await only();
    const first = sweeperOn(table, { sendDeliveries: async () => new Set([0]) });
    await expect(first.runAt(16)).rejects.toThrow('refused a message');
    expect(first.captured).toMatchObject([{ type: 'task', function: 'sweeper' }]);
    const second = sweeperOn(table);
    await second.runAt(21);
    expect(second.sent).toHaveLength(1);
  });
});

it('goes through all partitions when one of them fails', async () => {
  await Promise.all(Array.from({ length: 20 }, () => only()));
  const { sent, runAt, captured } = sweeperOn(table, {
    listStalled: async (shard, range, start) => {
      if (shard === SWEEP_SHARDS[0]) throw new Error('throttled');
      return await listStalled(table, { shard, range, start });
    },
  });
  await expect(runAt(16)).rejects.toThrow('throttled');
  expect(sent.length).toBeGreaterThan(0);
  expect(captured).toHaveLength(1);
});

it('sweeps and reports the failure when the heartbeat is refused', async () => {
  await only();
  const { sent, runAt, captured } = sweeperOn(table, {
    writeHeartbeat: () => Promise.reject(new Error('throttled')),
  });
  await expect(runAt(16)).rejects.toThrow('throttled');
  expect(sent).toHaveLength(1);
  expect(captured).toHaveLength(1);
});

describe('what a clock that is a year ahead put off', () => {
  it('is looked at a quarter of an hour after a right clock has found it', async () => {
    const message = await only();
    const failing = dispatcherOn(table);
    failing.moveSeconds(365 * 86_400);
    failing.sendBy(retry());
    await failing.run(message);
    const { sent, runAt } = sweeperOn(table);
    await runAt(1);
    await runAt(15);
    expect(sent).toEqual([]);
    await runAt(17);
    expect(sent).toEqual([message]);
  });
});

describe('a notification', () => {
  const born = async (id: string, fields: { readonly created?: string } = {}) => {
    const product = productOf(`of-${id}`);
    const notification = notificationOf(id, product, { created: START, ...fields });
    await seed(table).settings(settings);
    await seed(table).product(product);
    expect(await createNotification(table, notification)).toBe('written');
    return notification;
  };

  it('that was not fanned out in time gets its deliveries, and they their messages, once', async () => {
    const { id } = await born('01KB7Q0000AAAAAAAAAAAAAAAA');
    const { sent, runAt } = sweeperOn(table);
    await runAt(14);
    expect(sent).toEqual([]);
    await runAt(16);
    expect(sent).toEqual([{ notification_id: id, delivery_id: 'slack' }]);
    expect(await readNotification(table, id)).toMatchObject({
      deliveries: [{ status: 'pending' }],
      fannedOutAt: expect.any(String),
    });
    await runAt(21);
    expect(sent).toHaveLength(1);
  });

  it('that was fanned out is in the index no more', async () => {
    const { id } = await born('01KB7Q0000AAAAAAAAAAAAAAAA');
    await recordFanOut(table, { notificationId: id, deliveries: [], now: new Date(START) });
    const { sent, runAt } = sweeperOn(table);
    await runAt(10_000);
    expect(sent).toEqual([]);
    expect(await listDeliveries(table, id)).toEqual([]);
  });

  it('that was deleted is left alone', async () => {
    const { id } = await born('01KB7Q0000AAAAAAAAAAAAAAAA');
    const { sent, runAt } = sweeperOn(table, { readNotifications: async () => () => null });
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: notificationKey(id) }));
    await runAt(16);
    expect(sent).toEqual([]);
  });

  it('whose fan-out fails holds up no other, is looked at ever more rarely, and raises an exception', async () => {
    const [bad, good] = [await born('01KB7Q0000AAAAAAAAAAAAAAA8'), await born('01KB7Q0000AAAAAAAAAAAAAAA0')];
    const { sent, captured, runAt } = sweeperOn(table, {
      readNotifications: async (ids) => {
        const find = await readNotifications(table, ids);
        return (id) => {
          if (id === bad.id) throw new Error('can not be read');
          return find(id);
        };
      },
    });
    await expect(runAt(16)).rejects.toThrow('can not be read');
    expect(sent).toMatchObject([{ notification_id: good.id }]);
    expect(captured).toMatchObject([{ function: 'sweeper' }]);
    await runAt(21);
    await expect(runAt(47)).rejects.toThrow('can not be read');
  });
});
