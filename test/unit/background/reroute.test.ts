import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../../core/deliveries/model.ts';
import type { Wake } from '../../../core/deliveries/queue.ts';
import { changeDeliveries } from '../../../core/deliveries/store/change-deliveries.ts';
import { listDeliveries } from '../../../core/deliveries/store/read-deliveries.ts';
import { readWaiting } from '../../../core/deliveries/store/waiting.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import type { Product } from '../../../core/products/model.ts';
import type { Mute } from '../../../core/targets/mute.ts';
import { type TargetName, targetName } from '../../../core/targets/target-record.ts';
import { type RerouteDeps, reroute } from '../../../functions/background/reroute.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { type PlainProduct, sealedChannels } from '../../vault.ts';
import {
  dispatcherOn,
  fanOut,
  notificationOf,
  productOf,
  retry,
  START,
  seed,
  settings,
  slackOf,
} from '../dispatcher/harness.ts';
import { rerouteDepsOn } from '../dispatcher/routings.ts';

let running: TestTable;
let table: Table;

beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());
beforeEach(async () => {
  table = await running.another();
  await seed(table).settings(settings);
});

const at = (minutes: number): string => new Date(Date.parse(START) + minutes * 60_000).toISOString();

const rerouterOn = (overrides: Partial<RerouteDeps> = {}) => {
  const woken: Wake[] = [];
  let writes = 0;
  const wakeTargets: RerouteDeps['wakeTargets'] = async (wakes) => {
    woken.push(...wakes);
  };
  const deps: RerouteDeps = {
    ...rerouteDepsOn(table, { wakeTargets, now: () => new Date(START) }),
    changeDeliveries: (changes) => {
      writes += changes.length;
      return changeDeliveries(table, changes);
    },
    ...overrides,
  };
  return {
    woken,
    writes: () => writes,
    run: (product_id: string | null, ...targets: TargetName[]) =>
      reroute(deps, { kind: 'reroute', product_id, targets }),
  };
};

/** A product with notifications that were fanned out. */
const waitingOf = async (product: Product, ids: readonly string[]) => {
  await seed(table).product(product);
  const notifications: Notification[] = [];
  const targets = new Set<TargetName>();
  for (const id of ids) {
    const notification = notificationOf(id, product);
    notifications.push(notification);
    for (const { target } of await fanOut(table, notification, product)) targets.add(target);
  }
  return { product, notifications, targets: [...targets] };
};

const deliveriesOf = async (notifications: readonly Notification[]): Promise<Delivery[]> =>
  (await Promise.all(notifications.map(({ id }) => listDeliveries(table, id)))).flat();

const withChannels = (product: Product, fields: PlainProduct): Product => ({
  ...product,
  channels: sealedChannels(product.id, 'notification', fields),
});

const HOURLY = { slack: { kind: 'hourly' } } as const;
const AT_THE_HOUR = '2026-12-02T15:00:00.000Z';
const muteUntil = (until: string): Mute => ({ until, reason: 'Maintenance', since: START, by: 'alice' });

describe('a replaced webhook', () => {
  it('gets what waits for the one before, is woken for it, and tried at once', async () => {
    const { product, notifications, targets } = await waitingOf(productOf('P1'), ['N1', 'N2']);
    const failing = dispatcherOn(table);
    failing.sendBy(retry());
    await failing.run(...targets.map((target) => ({ target })));
    await seed(table).product(withChannels(product, { notification_slack_webhook: slackOf('new') }));
    const { run, woken } = rerouterOn();
    await run(product.id, ...targets);
    const moved = await deliveriesOf(notifications);
    const [key] = new Set(moved.map(({ target_key }) => target_key));
    const target = targetName('slack', key ?? '');
    expect(targets).not.toContain(target);
    expect(woken).toMatchObject([{ target, deliveries: [{ notification_id: 'N1' }, { notification_id: 'N2' }] }]);
    const dispatcher = dispatcherOn(table);
    await dispatcher.run(...woken);
    expect(dispatcher.messages).toHaveLength(1);
    expect(await deliveriesOf(notifications)).toMatchObject([{ status: 'sent' }, { status: 'sent' }]);
  });
});

describe('a changed schedule', () => {
  it('that sends immediately makes what waits due now, and wakes its target', async () => {
    const { product, notifications, targets } = await waitingOf({ ...productOf('P1'), schedules: HOURLY }, [
      'N1',
      'N2',
    ]);
    expect(await deliveriesOf(notifications)).toMatchObject([{ due_at: AT_THE_HOUR }, { due_at: AT_THE_HOUR }]);
    await seed(table).product({ ...product, schedules: {} });
    const { run, woken } = rerouterOn();
    await run(product.id, ...targets);
    expect(await deliveriesOf(notifications)).toMatchObject([
      { due_at: START, due_reason: null },
      { due_at: START, due_reason: null },
    ]);
    expect(woken).toMatchObject([{ target: targets[0] }]);
  });

  it('leaves what is due already', async () => {
    const { product, notifications, targets } = await waitingOf(productOf('P1'), ['N1']);
    await seed(table).product({ ...product, schedules: HOURLY });
    const { run, writes } = rerouterOn();
    await run(product.id, ...targets);
    expect(await deliveriesOf(notifications)).toMatchObject([{ due_at: START, due_reason: null }]);
    expect(writes()).toBe(0);
  });
});

describe('a mute', () => {
  it('lets what waits for a later time wait until its end, and wakes nothing', async () => {
    const { product, notifications, targets } = await waitingOf({ ...productOf('P1'), schedules: HOURLY }, ['N1']);
    await seed(table).product({ ...product, schedules: {}, mutes: { all: muteUntil(at(120)) } });
    const { run, woken } = rerouterOn();
    await run(product.id, ...targets);
    expect(await deliveriesOf(notifications)).toMatchObject([
      { status: 'pending', due_at: at(120), due_reason: 'mute' },
    ]);
    expect(woken).toEqual([]);
  });

  it('leaves what is due to the dispatcher, which may be sending it, and lets it wait otherwise', async () => {
    const { product, notifications, targets } = await waitingOf(productOf('P1'), ['N1']);
    await seed(table).product({ ...product, mutes: { all: muteUntil(at(120)) } });
    const { run, writes } = rerouterOn();
    await run(product.id, ...targets);
    expect(writes()).toBe(0);
    const dispatcher = dispatcherOn(table);
    await dispatcher.run(...targets.map((target) => ({ target })));
    expect(dispatcher.messages).toEqual([]);
    expect(await deliveriesOf(notifications)).toMatchObject([{ due_at: at(120), due_reason: 'mute' }]);
  });

  it.each([
    ['at once', {}, { due_at: START, due_reason: null }, 1],
    ['by the schedule', { schedules: HOURLY }, { due_at: AT_THE_HOUR, due_reason: 'schedule' }, 0],
  ] as const)('that is ended early lets it be sent %s', async (_, rules, expected, wakes) => {
    const muted = { ...productOf('P1'), ...rules, mutes: { slack: muteUntil(at(120)) } };
    const { product, notifications, targets } = await waitingOf(muted, ['N1']);
    await seed(table).product({ ...product, mutes: {} });
    const { run, woken } = rerouterOn();
    await run(product.id, ...targets);
    expect(await deliveriesOf(notifications)).toMatchObject([expected]);
    expect(woken).toHaveLength(wakes);
  });
});

it('skips what waits for an address that was removed, and leaves the others of the list', async () => {
  const both = { notification_email_to: 'ann@example.org, bob@example.org', notification_slack_webhook: '' };
  const { product, notifications, targets } = await waitingOf(productOf('P1', both), ['N1']);
  await seed(table).product(withChannels(product, { notification_email_to: 'bob@example.org' }));
  const { run, woken } = rerouterOn();
  await run(product.id, ...targets);
  const byAddress = new Map((await deliveriesOf(notifications)).map((delivery) => [delivery.target, delivery]));
  expect(byAddress.get('ann@example.org')).toMatchObject({ status: 'skipped', reason_code: 'target_removed' });
  expect(byAddress.get('bob@example.org')).toMatchObject({ status: 'pending', version: 1 });
  expect(woken).toEqual([]);
});

it("doesn't touch what waits for the same target and belongs to another owner", async () => {
  const shared = { notification_slack_webhook: slackOf('shared') };
  const one = await waitingOf({ ...productOf('P1', shared), schedules: HOURLY }, ['N1']);
  const other = await waitingOf({ ...productOf('P2', shared), schedules: HOURLY }, ['N2']);
  expect(other.targets).toEqual(one.targets);
  for (const { product } of [one, other]) await seed(table).product({ ...product, schedules: {} });
  const { run, woken } = rerouterOn();
  await run(one.product.id, ...one.targets);
  expect(await deliveriesOf(one.notifications)).toMatchObject([{ due_at: START }]);
  expect(await deliveriesOf(other.notifications)).toMatchObject([{ due_at: AT_THE_HOUR, version: 1 }]);
  expect(woken).toMatchObject([{ deliveries: [{ notification_id: 'N1' }] }]);
  await run(null, ...one.targets);
  expect(await deliveriesOf(other.notifications)).toMatchObject([{ version: 1 }]);
});

it('writes nothing and wakes nothing when it is repeated', async () => {
  const { product, targets } = await waitingOf({ ...productOf('P1'), schedules: HOURLY }, ['N1', 'N2']);
  await seed(table).product({ ...product, schedules: {} });
  await rerouterOn().run(product.id, ...targets);
  const { run, woken, writes } = rerouterOn();
  await run(product.id, ...targets);
  expect([writes(), woken]).toEqual([0, []]);
});

it('leaves a delivery that was sent meanwhile, and wakes its target for the others', async () => {
  const { product, notifications, targets } = await waitingOf({ ...productOf('P1'), schedules: HOURLY }, ['N1', 'N2']);
  await seed(table).product({ ...product, schedules: {} });
  const { run, woken } = rerouterOn({
    readWaiting: async (refs) => {
      const read = await readWaiting(table, refs);
      for (const before of read.filter(({ notification_id }) => notification_id === 'N1'))
        await changeDeliveries(table, [
          { before, after: { ...before, status: 'sent', version: 2, settled_at: START } },
        ]);
      return read;
    },
  });
  await run(product.id, ...targets);
  expect(await deliveriesOf(notifications)).toMatchObject([{ status: 'sent' }, { due_at: START }]);
  expect(woken).toMatchObject([{ deliveries: [{ notification_id: 'N2' }] }]);
});

it('goes through hundreds that wait, page by page', async () => {
  const ids = Array.from({ length: 230 }, (_, position) => `N${position}`);
  const { product, notifications, targets } = await waitingOf({ ...productOf('P1'), schedules: HOURLY }, ids);
  await seed(table).product({ ...product, schedules: {} });
  const { run } = rerouterOn();
  await run(product.id, ...targets);
  const due = new Set((await deliveriesOf(notifications)).map(({ due_at }) => due_at));
  expect([...due]).toEqual([START]);
});
