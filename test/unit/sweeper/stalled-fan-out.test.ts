import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listDeliveries, readNotifications } from '../../../core/deliveries/store/read-deliveries.ts';
import { recordFanOut } from '../../../core/deliveries/store/record-fan-out.ts';
import { notificationKey } from '../../../core/keys.ts';
import { createNotification, readNotification } from '../../../core/notifications/store/notifications.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { fannedOut, notificationOf, productOf, START, seed, settings } from '../dispatcher/harness.ts';
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

const ID = '01KB7Q0000AAAAAAAAAAAAAAAA';

/** A notification whose fan-out is lost. */
const created = async (id: string, at = START) => {
  const product = productOf(`of-${id}`);
  const notification = notificationOf(id, product, { created: at });
  await seed(table).settings(settings);
  await seed(table).product(product);
  expect(await createNotification(table, notification)).toBe('written');
  return notification;
};

describe('a notification', () => {
  it('that was not fanned out in time gets its deliveries, and their target a message, once', async () => {
    const { id } = await created(ID);
    const { woken, runAt } = sweeperOn(table);
    await runAt(14);
    expect(woken).toEqual([]);
    await runAt(16);
    expect(woken).toMatchObject([{ deliveries: [{ notification_id: id, delivery_id: 'slack' }] }]);
    expect(await readNotification(table, id)).toMatchObject({
      deliveries: [{ status: 'pending' }],
      fannedOutAt: expect.any(String),
    });
    await runAt(21);
    expect(woken).toHaveLength(1);
  });

  it('that was fanned out is in the index no more', async () => {
    const { id } = await created(ID);
    await recordFanOut(table, { notificationId: id, deliveries: [], now: new Date(START) });
    const { woken, runAt } = sweeperOn(table);
    await runAt(10_000);
    expect(woken).toEqual([]);
    expect(await listDeliveries(table, id)).toEqual([]);
  });

  it('that was deleted is left alone', async () => {
    const { id } = await created(ID);
    const { woken, runAt } = sweeperOn(table, { readNotifications: async () => () => null });
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: notificationKey(id) }));
    await runAt(16);
    expect(woken).toEqual([]);
  });

  it('that a clock which is a year ahead created is fanned out by the next run', async () => {
    const { id } = await created(ID, new Date(Date.parse(START) + 365 * 86_400_000).toISOString());
    const { runAt } = sweeperOn(table);
    await runAt(1);
    expect(await readNotification(table, id)).toMatchObject({ fannedOutAt: expect.any(String) });
  });

  it('whose fan-out fails holds up no other and no target, is tried ever more rarely, and raises an exception', async () => {
    const [bad, good] = [await created('01KB7Q0000AAAAAAAAAAAAAAA8'), await created('01KB7Q0000AAAAAAAAAAAAAAA0')];
    const [{ target } = { target: '' }] = (await fannedOut(table)).messages;
    const { woken, captured, runAt } = sweeperOn(table, {
      readNotifications: async (ids) => {
        const find = await readNotifications(table, ids);
        return (id) => {
          if (id === bad.id) throw new Error('can not be read');
          return find(id);
        };
      },
    });
    await expect(runAt(16)).rejects.toThrow('can not be read');
    expect(woken).toHaveLength(2);
    expect(woken).toContainEqual(expect.objectContaining({ target }));
    expect(woken.flatMap(({ deliveries = [] }) => deliveries)).toMatchObject([{ notification_id: good.id }]);
    expect(captured).toMatchObject([{ function: 'sweeper' }]);
    await runAt(21);
    await expect(runAt(47)).rejects.toThrow('can not be read');
  });
});
