import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryMessage } from '../../../functions/domain/delivery-message.ts';
import type { ExceptionReport } from '../../../functions/domain/exception.ts';
import { createLog } from '../../../functions/log.ts';
import { WATCHED } from '../../../functions/store/keys.ts';
import type { Table } from '../../../functions/store/table.ts';
import { listResting, noteNudge } from '../../../functions/store/watched.ts';
import { type WatchDeps, watch } from '../../../functions/watch/watch.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { deliveryOf, dispatcherOn, fannedOut, refused, retry, START } from '../dispatcher/harness.ts';

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

/** A watch that runs minutes after the start, with what it sent and reported. */
const watchOn = (of: Table, overrides: Partial<WatchDeps> = {}) => {
  const sent: DeliveryMessage[] = [];
  const captured: ExceptionReport[] = [];
  let nowMs = Date.parse(START);
  const run = watch({
    shards: WATCHED,
    listResting: (shard, before, start) => listResting(of, { shard, before, start }),
    sendDeliveries: async (messages) => {
      sent.push(...messages);
      return new Set();
    },
    noteNudge: (resting, next) => noteNudge(of, { resting, next }),
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
  it('that is new is left in peace, and gets a message again when it rests', async () => {
    const message = await only();
    const { sent, runAt } = watchOn(table);
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
    const { sent, runAt } = watchOn(table);
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
    const { sent, runAt } = watchOn(table);
    await runAt(10_000);
    expect(sent).toEqual([]);
    expect(await deliveryOf(table, message)).toMatchObject({ status, watch_at: null });
  });

  it('is sent once when its lost message turns up after all', async () => {
    const message = await only();
    const { sent, runAt } = watchOn(table);
    await runAt(16);
    const dispatcher = dispatcherOn(table);
    dispatcher.moveSeconds(16 * 60);
    expect(await dispatcher.run(...sent)).toEqual([]);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toHaveLength(1);
  });

  it('that was set going in vain gets a message ever more rarely, and people hear of it', async () => {
    await only();
    const { sent, captured, runAt } = watchOn(table);
    for (let minutes = 0; minutes <= 40; minutes += 5) await runAt(minutes);
    expect(sent).toHaveLength(1);
    for (let minutes = 45; minutes <= 100; minutes += 5) await runAt(minutes);
    expect(sent).toHaveLength(2);
    expect(captured).toEqual([]);
    await runAt(105);
    expect(sent).toHaveLength(3);
    expect(captured).toMatchObject([{ type: 'task', function: 'watch', exception_class: 'RestingDelivery' }]);
    for (let minutes = 110; minutes <= 24 * 60; minutes += 5) await runAt(minutes);
    expect(sent.length).toBeLessThan(8);
  });

  it('begins anew with its nudges when it is claimed', async () => {
    const message = await only();
    const { runAt } = watchOn(table);
    await runAt(16);
    expect(await deliveryOf(table, message)).toMatchObject({ nudges: 1 });
    const dispatcher = dispatcherOn(table);
    dispatcher.moveSeconds(17 * 60);
    dispatcher.sendBy(retry());
    await dispatcher.run(message);
    expect(await deliveryOf(table, message)).toMatchObject({ status: 'retrying', nudges: 0 });
  });
});

it('sets hundreds going, page by page', async () => {
  const all = await Promise.all(Array.from({ length: 130 }, () => only()));
  const { sent, runAt } = watchOn(table);
  await runAt(16);
  const names = (messages: readonly DeliveryMessage[]) =>
    messages.map(({ notification_id }) => notification_id).toSorted();
  expect(names(sent)).toEqual(names(all));
});

describe('a queue that does not take a message', () => {
  it('is an exception; the others are noted, and the one comes again', async () => {
    await only();
    const first = watchOn(table, { sendDeliveries: async () => new Set([0]) });
    await expect(first.runAt(16)).rejects.toThrow('did not take');
    expect(first.captured).toMatchObject([{ type: 'task', function: 'watch' }]);
    const second = watchOn(table);
    await second.runAt(21);
    expect(second.sent).toHaveLength(1);
  });
});

it('goes through all partitions when one of them fails', async () => {
  await Promise.all(Array.from({ length: 20 }, () => only()));
  const { sent, runAt, captured } = watchOn(table, {
    listResting: async (shard, before, start) => {
      if (shard === WATCHED[0]) throw new Error('throttled');
      return await listResting(table, { shard, before, start });
    },
  });
  await expect(runAt(16)).rejects.toThrow('throttled');
  expect(sent.length).toBeGreaterThan(0);
  expect(captured).toHaveLength(1);
});
