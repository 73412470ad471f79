import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Heartbeat } from '../../../core/heartbeat/model.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { pauseTarget } from '../../../core/targets/store/targets.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import {
  deliveryOf,
  dispatcherOn,
  fannedOut,
  fanOut,
  notificationOf,
  productOf,
  refused,
  retry,
  START,
  seed,
  settings,
  targetOf,
} from '../dispatcher/harness.ts';
import { sweeperOn } from './sweeper-harness.ts';

let running: TestTable;
let table: Table;

beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());
beforeEach(async () => {
  table = await running.another();
});

const only = async () => {
  const [message] = (await fannedOut(table)).messages;
  if (message === undefined) throw new Error('no delivery');
  return message;
};

const HOURLY = { slack: { kind: 'hourly' } } as const;

/** A delivery that waits for 15:00, 54 minutes after the start. */
const scheduled = async () => {
  const product = { ...productOf('S1'), schedules: HOURLY };
  await seed(table).settings(settings);
  await seed(table).product(product);
  const [message] = await fanOut(table, notificationOf('SN1', product), product);
  if (message === undefined) throw new Error('no delivery');
  return message;
};

describe('a target', () => {
  it('whose message of the fan-out is lost is woken, and what waits is sent once though it turns up after all', async () => {
    const message = await only();
    const { woken, runAt } = sweeperOn(table);
    await runAt(5);
    expect(woken).toEqual([]);
    await runAt(10);
    expect(woken).toEqual([{ target: message.target, delaySeconds: 0 }]);
    const dispatcher = dispatcherOn(table);
    dispatcher.moveSeconds(600);
    expect(await dispatcher.run(...woken)).toEqual([]);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.messages).toHaveLength(1);
  });

  it('whose deliveries are scheduled far ahead is woken to the second by the run before, once', async () => {
    const message = await scheduled();
    const { woken, runAt } = sweeperOn(table);
    for (let minutes = 0; minutes <= 40; minutes += 5) await runAt(minutes);
    expect(woken).toEqual([]);
    await runAt(45);
    expect(woken).toEqual([{ target: message.target, delaySeconds: 9 * 60 }]);
    for (let minutes = 50; minutes <= 60; minutes += 5) await runAt(minutes);
    expect(woken).toHaveLength(1);
    const dispatcher = dispatcherOn(table);
    dispatcher.moveSeconds(54 * 60);
    await dispatcher.run(...woken);
    expect(await deliveryOf(table, message)).toMatchObject({ status: 'sent' });
  });

  it('whose scheduled wake-up is lost is woken again', async () => {
    await scheduled();
    const { woken, runAt } = sweeperOn(table);
    for (let minutes = 45; minutes <= 65; minutes += 5) await runAt(minutes);
    expect(woken.map(({ delaySeconds }) => delaySeconds)).toEqual([9 * 60, 0]);
  });

  it('that waits for hours, as it asked, is woken at its time', async () => {
    const message = await only();
    const dispatcher = dispatcherOn(table);
    dispatcher.sendBy(retry(3_600));
    await dispatcher.run(message);
    expect(dispatcher.woken).toEqual([]);
    const { woken, runAt } = sweeperOn(table);
    for (let minutes = 5; minutes <= 45; minutes += 5) await runAt(minutes);
    expect(woken).toEqual([]);
    await runAt(50);
    expect(woken).toEqual([{ target: message.target, delaySeconds: 600 }]);
  });

  it('whose wake-up after its interval is lost is woken again', async () => {
    const message = await only();
    const dispatcher = dispatcherOn(table);
    dispatcher.sendBy(retry());
    await dispatcher.run(message);
    expect(dispatcher.woken).toHaveLength(1);
    const { woken, runAt } = sweeperOn(table);
    await runAt(5);
    expect(woken).toEqual([]);
    await runAt(10);
    expect(woken).toEqual([{ target: message.target, delaySeconds: 0 }]);
  });

  it('that is paused is left alone until it is resumed', async () => {
    const message = await only();
    const dispatcher = dispatcherOn(table);
    dispatcher.sendBy(retry());
    await dispatcher.run(message);
    expect(await pauseTarget(table, message.target, { at: new Date(START), by: 'root' })).toBe(true);
    const { woken, captured, runAt } = sweeperOn(table);
    for (let minutes = 5; minutes <= 120; minutes += 5) await runAt(minutes);
    expect([woken, captured]).toEqual([[], []]);
    await pauseTarget(table, message.target, null);
    await runAt(125);
    expect(woken).toHaveLength(1);
  });

  it.each([
    ['sent', null],
    ['failed', refused],
  ] as const)('whose only delivery is %s is never woken', async (status, send) => {
    const message = await only();
    const dispatcher = dispatcherOn(table);
    if (send !== null) dispatcher.sendBy(send);
    await dispatcher.run(message);
    const { woken, runAt } = sweeperOn(table);
    await runAt(10_000);
    expect(woken).toEqual([]);
    expect(await deliveryOf(table, message)).toMatchObject({ status });
  });

  it('that is found stalled three times in a row is reported, once it was sent to no more', async () => {
    const message = await only();
    const { woken, captured, runAt } = sweeperOn(table);
    await runAt(10);
    await runAt(20);
    expect([woken.length, captured]).toEqual([2, []]);
    await runAt(30);
    expect(captured).toMatchObject([{ type: 'task', function: 'sweeper', exception_class: 'StalledTarget' }]);
    const dispatcher = dispatcherOn(table);
    dispatcher.moveSeconds(31 * 60);
    dispatcher.sendBy(retry());
    await dispatcher.run(message);
    expect(await targetOf(table, message)).toMatchObject({ sweeps: 0 });
  });
});

it('ignores the next time of a target that a clock which is hours ahead wrote', async () => {
  const message = await only();
  const failing = dispatcherOn(table);
  failing.moveSeconds(17 * 3_600);
  failing.sendBy(retry(10 * 3_600));
  await failing.run(message);
  const { woken, runAt } = sweeperOn(table);
  await runAt(10);
  expect(woken).toMatchObject([{ target: message.target, delaySeconds: 0 }]);
  const dispatcher = dispatcherOn(table);
  dispatcher.moveSeconds(600);
  await dispatcher.run(...woken);
  expect(await deliveryOf(table, message)).toMatchObject({ status: 'sent' });
});

it('wakes hundreds of targets, page by page', async () => {
  const all = await Promise.all(Array.from({ length: 130 }, () => only()));
  const { woken, runAt } = sweeperOn(table);
  await runAt(10);
  const names = (of: readonly { readonly target: string }[]) => of.map(({ target }) => target).toSorted();
  expect(names(woken)).toEqual(names(all));
});

it('wakes one target once for all that waits for it', async () => {
  const product = productOf('T1');
  await seed(table).settings(settings);
  await seed(table).product(product);
  for (let event = 1; event <= 20; event += 1) await fanOut(table, notificationOf(`TN${event}`, product), product);
  const { woken, runAt } = sweeperOn(table);
  await runAt(10);
  expect(woken).toHaveLength(1);
});

it('a message that the queue refuses is an exception, and is sent by a later run', async () => {
  await only();
  const first = sweeperOn(table, { wakeTargets: async () => new Set([0]) });
  await expect(first.runAt(10)).rejects.toThrow('refused a message');
  expect(first.captured).toMatchObject([{ type: 'task', function: 'sweeper' }]);
  const second = sweeperOn(table);
  await second.runAt(15);
  expect(second.woken).toEqual([]);
  await second.runAt(20);
  expect(second.woken).toHaveLength(1);
});

it('begins a heartbeat in each run, and wakes targets even if it is refused', async () => {
  await only();
  const beats: Heartbeat[] = [];
  const writeHeartbeat = async (heartbeat: Heartbeat) => {
    beats.push(heartbeat);
  };
  await sweeperOn(table, { writeHeartbeat }).runAt(0);
  expect(beats).toEqual([{ heartbeat_at: START }]);
  const { woken, runAt, captured } = sweeperOn(table, {
    writeHeartbeat: () => Promise.reject(new Error('throttled')),
  });
  await expect(runAt(10)).rejects.toThrow('throttled');
  expect(woken).toHaveLength(1);
  expect(captured).toHaveLength(1);
});
