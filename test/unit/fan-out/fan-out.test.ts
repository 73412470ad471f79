import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { DeliveryRef } from '../../../core/deliveries/model.ts';
import { type Wake, wakeBody } from '../../../core/deliveries/queue.ts';
import { changeDeliveries } from '../../../core/deliveries/store/change-deliveries.ts';
import { listDeliveries } from '../../../core/deliveries/store/read-deliveries.ts';
import { recordFanOut } from '../../../core/deliveries/store/record-fan-out.ts';
import { readSources } from '../../../core/deliveries/store/routing-context.ts';
import type { ExceptionReport } from '../../../core/exceptions/model.ts';
import { notificationKey, productKey } from '../../../core/keys.ts';
import { createLog } from '../../../core/log.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import type { Measure } from '../../../core/platform/metrics.ts';
import { type FanOutDeps, fanOut } from '../../../functions/fan-out/fan-out.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { sealedChannels } from '../../vault.ts';
import { exception } from '../channels/samples.ts';
import { notificationOf, productOf, START, seed, settings, slackOf, TEAMS } from '../dispatcher/harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
  await seed(test.table).settings(settings);
});
afterAll(() => test.stop());

const attributes = z.custom<Record<string, AttributeValue>>();

/** The record of a new notification, as the stream has it once it has been through JSON. */
const record = (of: Notification, sequenceNumber = of.id): DynamoDBRecord => {
  const key = notificationKey(of.id);
  const images = { Keys: marshall(key), NewImage: marshall({ ...key, ...of }) };
  const image = z.object({ Keys: attributes, NewImage: attributes }).parse(JSON.parse(JSON.stringify(images)));
  return { eventName: 'INSERT', dynamodb: { ...image, SequenceNumber: sequenceNumber } };
};

const fanOutOn = (overrides: Partial<FanOutDeps> = {}) => {
  const woken: Wake[] = [];
  const lines: string[] = [];
  const captured: ExceptionReport[] = [];
  const measured: Parameters<Measure>[] = [];
  const run = fanOut({
    readSources: (ids) => readSources(test.table, ids),
    recordFanOut: (notificationId, deliveries, now) => recordFanOut(test.table, { notificationId, deliveries, now }),
    listDeliveries: (id) => listDeliveries(test.table, id),
    wakeTargets: async (wakes) => {
      woken.push(...wakes);
      return new Set();
    },
    now: () => new Date(START),
    log: createLog((entry) => lines.push(JSON.stringify(entry))),
    measure: (...value) => void measured.push(value),
    capture: async (report) => {
      captured.push(report);
    },
    ...overrides,
  });
  return {
    captured,
    measured,
    woken,
    lines,
    /** The deliveries that the messages name. */
    named: (): readonly DeliveryRef[] => woken.flatMap(({ deliveries = [] }) => deliveries),
    /** The sequence numbers that are reported as failed. */
    run: async (...records: DynamoDBRecord[]) =>
      (await run({ Records: records })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
  };
};

let count = 0;

const written = async (fields = {}) => {
  count += 1;
  const product = productOf(`F${count}`, fields);
  const notification = notificationOf(`FN${count}`, product);
  await seed(test.table).product(product);
  await seed(test.table).notification(notification);
  return notification;
};

const writtenException = async (fields: Partial<Notification>) => {
  count += 1;
  const notification = {
    ...notificationOf(`FE${count}`, productOf(`F${count}`)),
    type: 'exception' as const,
    ...fields,
  };
  await seed(test.table).notification(notification);
  return notification;
};

const everyTarget = { notification_email_to: 'a@example.org, B@example.org', notification_ms_teams_webhook: TEAMS };

describe('fan-out of a gate change', () => {
  it('makes a delivery and a message for every target of the product', async () => {
    const notification = await written(everyTarget);
    const { run, named } = fanOutOn();
    expect(await run(record(notification))).toEqual([]);
    const deliveries = await listDeliveries(test.table, notification.id);
    expect(deliveries.map(({ channel, target, status }) => [channel, target, status])).toEqual([
      ['email', expect.stringMatching(/^[aB]@example\.org$/), 'pending'],
      ['email', expect.stringMatching(/^[aB]@example\.org$/), 'pending'],
      ['ms_teams', expect.stringMatching(/^a\.environment\.api\.powerplatform\.com #[0-9a-f]{6}$/), 'pending'],
      ['slack', expect.stringMatching(/^hooks\.slack\.com #[0-9a-f]{6}$/), 'pending'],
    ]);
    expect(new Set(named().map(({ delivery_id }) => delivery_id))).toEqual(
      new Set(deliveries.map(({ delivery_id }) => delivery_id)),
    );
    const { Item } = await test.table.client.send(
      new GetCommand({ TableName: test.table.name, Key: notificationKey(notification.id) }),
    );
    expect(Item).toMatchObject({ fanned_out_at: START });
  });

  it('is counted once, however often its record comes, with what its window held back', async () => {
    const gate = record(await written());
    const { run, measured } = fanOutOn();
    await run(gate);
    await run(gate);
    const exception = await writtenException({ suppressed: 199 });
    await run(record(exception));
    expect(measured).toEqual([
      ['Notifications', 1, { type: 'security_gate' }],
      ['Notifications', 1, { type: 'exception' }],
      ['HeldBackExceptions', 199, { type: 'exception' }],
    ]);
  });

  it('puts neither an address nor a webhook into a message, nor a webhook into a delivery', async () => {
    const notification = await written(everyTarget);
    const { run, woken, lines } = fanOutOn();
    await run(record(notification));
    expect(woken).toHaveLength(4);
    expect(JSON.stringify([woken.map(wakeBody), lines])).not.toMatch(/@|secret|https/);
    expect(JSON.stringify(await listDeliveries(test.table, notification.id))).not.toMatch(/secret|https/);
  });

  it('skips mail without a sender, and says why', async () => {
    const notification = await written({ notification_email_to: 'a@example.org' });
    const { run, named } = fanOutOn({
      readSources: async (ids) => ({
        ...(await readSources(test.table, ids)),
        settings: { ...settings, email_from: '' },
      }),
    });
    await run(record(notification));
    expect(named().map(({ delivery_id }) => delivery_id)).toEqual(['slack']);
    expect(await listDeliveries(test.table, notification.id)).toMatchObject([
      { channel: 'email', status: 'skipped', last_error: 'No From address (email_from) is set', settled_at: START },
      { channel: 'slack', status: 'pending' },
    ]);
  });

  it.each([
    ['no target', { notification_slack_webhook: '' }],
    ['no product', null],
  ])('marks a notification with %s, and sends nothing', async (_, fields) => {
    const notification = fields === null ? notificationOf('alone', productOf('gone')) : await written(fields);
    await seed(test.table).notification(notification);
    const { run, woken } = fanOutOn();
    expect(await run(record(notification))).toEqual([]);
    expect(await run(record(notification))).toEqual([]);
    expect(woken).toEqual([]);
  });

  it('makes nothing for a notification that was deleted', async () => {
    const notification = await written();
    await test.table.client.send(
      new DeleteCommand({ TableName: test.table.name, Key: notificationKey(notification.id) }),
    );
    const { run, woken } = fanOutOn();
    expect(await run(record(notification))).toEqual([]);
    expect(woken).toEqual([]);
    expect(await listDeliveries(test.table, notification.id)).toEqual([]);
  });

  it('takes 50 addresses and both webhooks in one transaction', async () => {
    const addresses = Array.from({ length: 50 }, (_, position) => `user${position}@example.org`).join(', ');
    const notification = await written({ ...everyTarget, notification_email_to: addresses });
    const { run, woken } = fanOutOn();
    expect(await run(record(notification))).toEqual([]);
    expect(woken).toHaveLength(52);
  });
});

describe('the messages of a batch', () => {
  it('wake each target once, and name all its new deliveries', async () => {
    const [first, second] = [await written(), await written()];
    const shared = { notification_slack_webhook: slackOf('shared') };
    for (const { product_id } of [first, second]) await seed(test.table).product(productOf(product_id ?? '', shared));
    const { run, woken } = fanOutOn();
    expect(await run(record(first), record(second))).toEqual([]);
    expect(woken).toMatchObject([{ deliveries: [{ notification_id: first.id }, { notification_id: second.id }] }]);
  });

  it('belong to the group of their target; those of email to that of their owner', async () => {
    const notification = await written(everyTarget);
    const { run, woken } = fanOutOn();
    await run(record(notification));
    const owner = `owner-${notification.product_id}`;
    expect(
      woken.map(({ target, group }) => (target.startsWith('email-') ? group === owner : group === target)),
    ).toEqual([true, true, true, true]);
  });

  it('are none for what a schedule or a mute lets wait, which the sweeper wakes', async () => {
    const notification = await written();
    const product = productOf(notification.product_id ?? '', { notification_ms_teams_webhook: TEAMS });
    const until = '2026-12-03T00:00:00.000Z';
    await seed(test.table).product({
      ...product,
      schedules: { slack: { kind: 'hourly' } },
      mutes: { ms_teams: { until, reason: 'Maintenance', since: START, by: 'alice' } },
    });
    const { run, woken } = fanOutOn();
    await run(record(notification));
    expect(woken).toEqual([]);
    expect(await listDeliveries(test.table, notification.id)).toMatchObject([
      { channel: 'ms_teams', due_at: until, due_reason: 'mute' },
      { channel: 'slack', due_at: '2026-12-02T15:00:00.000Z', due_reason: 'schedule' },
    ]);
  });
});

describe('fan-out of an exception', () => {
  it.each(['exception', 'task'] as const)('makes the deliveries of the settings: %s', async (type) => {
    const product = productOf('E1', everyTarget);
    await seed(test.table).product(product);
    const notification: Notification = { ...exception, id: `X-${type}`, type, product_id: product.id };
    await seed(test.table).notification(notification);
    const { run, woken } = fanOutOn({
      readSources: async (ids) => ({
        ...(await readSources(test.table, ids)),
        settings: {
          ...settings,
          channels: sealedChannels(null, 'exception', {
            exception_slack_webhook: slackOf('ops'),
            exception_email_to: 'ops@example.org',
          }),
        },
      }),
    });
    expect(await run(record(notification))).toEqual([]);
    expect(woken).toHaveLength(2);
    expect(await listDeliveries(test.table, notification.id)).toMatchObject([
      { channel: 'email', source: 'settings', target: 'ops@example.org', product_id: product.id },
      { channel: 'slack', source: 'settings' },
    ]);
  });
});

describe('a batch that runs again', () => {
  it('sends messages again only for what is still pending', async () => {
    const notification = await written(everyTarget);
    const { run, woken, named } = fanOutOn();
    await run(record(notification));
    const [first] = await listDeliveries(test.table, notification.id);
    if (first === undefined) throw new Error('no delivery');
    await changeDeliveries(test.table, [{ before: first, after: { ...first, status: 'sent', settled_at: START } }]);
    woken.length = 0;
    expect(await run(record(notification))).toEqual([]);
    expect(woken).toHaveLength(3);
    expect(named()).not.toContainEqual(expect.objectContaining({ delivery_id: first.delivery_id }));
    expect(await listDeliveries(test.table, notification.id)).toHaveLength(4);
  });

  it('keeps the deliveries it made, though the product changed since', async () => {
    const notification = await written();
    const { run, named } = fanOutOn();
    await run(record(notification));
    const moved = { notification_slack_webhook: '', notification_ms_teams_webhook: TEAMS };
    await seed(test.table).product(productOf(notification.product_id ?? '', moved));
    await run(record(notification));
    expect(await listDeliveries(test.table, notification.id)).toHaveLength(1);
    expect(named().map(({ delivery_id }) => delivery_id)).toEqual(['slack', 'slack']);
  });

  it('follows a function that died before it sent the messages', async () => {
    const notification = await written();
    const dying = fanOutOn({
      wakeTargets: async () => {
        throw new Error('died');
      },
    });
    expect(await dying.run(record(notification))).toEqual([notification.id]);
    const { run, woken } = fanOutOn();
    expect(await run(record(notification))).toEqual([]);
    expect(woken).toHaveLength(1);
  });
});

describe('a batch of many', () => {
  const broken = (sequenceNumber: string): DynamoDBRecord => ({
    eventName: 'INSERT',
    dynamodb: {
      SequenceNumber: sequenceNumber,
      Keys: { pk: { S: 'x' }, sk: { S: 'NOTIFICATION' } },
      NewImage: { id: { N: '1' } },
    },
  });

  it('reports the first record that fails, does those before it, and comes to none of the next slice', async () => {
    const notifications = await Promise.all(Array.from({ length: 12 }, () => written()));
    const records = notifications.map((notification) => record(notification));
    const { run, named } = fanOutOn();
    expect(
      await run(...records.slice(0, 3), broken('b1'), ...records.slice(3, 5), broken('b2'), ...records.slice(5)),
    ).toEqual(['b1']);
    expect(named().map(({ notification_id }) => notification_id)).toEqual(
      expect.arrayContaining(notifications.slice(0, 3).map(({ id }) => id)),
    );
    expect(named()).not.toContainEqual(expect.objectContaining({ notification_id: notifications.at(-1)?.id }));
  });

  it('reports the record whose message the queue did not take', async () => {
    const [first, second] = [await written(), await written()];
    const { run, captured } = fanOutOn({ wakeTargets: async () => new Set([1]) });
    expect(await run(record(first), record(second))).toEqual([second.id]);
    expect(captured).toMatchObject([
      { type: 'task', function: 'fan-out', arguments: { notification_id: second.id }, product_id: second.product_id },
    ]);
  });

  it('reports the first of a slice when nothing can be read', async () => {
    const [first, second] = [await written(), await written()];
    const { run } = fanOutOn({
      readSources: async () => {
        throw new Error('throttled');
      },
    });
    expect(await run(record(first), record(second))).toEqual([first.id]);
  });

  it("has no id in the report of an exception that it failed to fan out, so that reports don't form a chain", async () => {
    const { run, captured } = fanOutOn({
      recordFanOut: async () => {
        throw new Error('away');
      },
    });
    const of = await written();
    await run(record({ ...exception, id: of.id }));
    expect(captured).toMatchObject([{ arguments: null, message: 'away' }]);
  });
});

it('fails a notification alone whose product does not parse, and makes the deliveries of the others', async () => {
  const [before, broken, after] = [await written(), await written(), await written()];
  const spoil = {
    TableName: test.table.name,
    Item: { ...productKey(broken.product_id ?? ''), name: { spoilt: true } },
  };
  await test.table.client.send(new PutCommand(spoil));
  const { run, captured } = fanOutOn();
  expect(await run(...[before, broken, after].map((of) => record(of)))).toEqual([broken.id]);
  const made = await Promise.all([before, broken, after].map(({ id }) => listDeliveries(test.table, id)));
  expect(made.map(({ length }) => length > 0)).toEqual([true, false, true]);
  expect(captured).toMatchObject([{ type: 'task', arguments: { notification_id: broken.id } }]);
});
