import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeDeliveries, writeClaims } from '../../../core/deliveries/store/change-deliveries.ts';
import { prepareException } from '../../../core/exceptions/model.ts';
import { deliveryKey, notificationKey, productKey } from '../../../core/keys.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { sealedFields } from '../../vault.ts';
import {
  deliveryOf,
  dispatcherOn,
  fannedOut,
  refused,
  retry,
  seed,
  sent,
  settings,
  slackOf,
  TEAMS,
} from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

/** A notification with one delivery, to Slack. */
const toSlack = async (fields = {}) => {
  const { messages, ...rest } = await fannedOut(test.table, fields);
  const [message] = messages;
  if (message === undefined) throw new Error('no message');
  return { message, ...rest };
};

describe('a delivery that succeeds', () => {
  it('is sent with its link, recorded and acknowledged', async () => {
    const { message, notification, product } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toMatchObject([
      {
        notification: { id: notification.id, product_name: product.name },
        destination: { kind: 'webhook', channel: 'slack', webhook: slackOf(product.id) },
        baseUrl: settings.base_url_frontend,
      },
    ]);
    expect(await deliveryOf(test.table, message)).toMatchObject({
      status: 'sent',
      attempts: 1,
      last_error: null,
      lease_until: null,
      settled_at: dispatcher.now().toISOString(),
    });
  });

  it('is measured by its outcome and its time, and a refused one by its outcome', async () => {
    const { message } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.moveSeconds(2);
    await dispatcher.run(message);
    expect(dispatcher.measured).toEqual([
      ['Deliveries', 1, { channel: 'slack', outcome: 'sent' }],
      ['TimeToSent', 2_000, { channel: 'slack' }],
    ]);
    const other = dispatcherOn(test.table);
    other.sendBy(refused);
    await other.run((await toSlack()).message);
    expect(other.measured).toEqual([['Deliveries', 1, { channel: 'slack', outcome: 'failed' }]]);
  });

  it('is not sent again', async () => {
    const { message } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(message);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toHaveLength(1);
  });

  it('is sent once for a message that is doubled in a batch', async () => {
    const { message } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message, message, message)).toEqual([]);
    expect(dispatcher.parcels).toHaveLength(1);
  });

  it('is sent once by two workers at the same time', async () => {
    const { message } = await toSlack();
    const sending = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const first = dispatcherOn(test.table);
    first.sendBy(async () => {
      sending.resolve();
      await release.promise;
      return { kind: 'sent' };
    });
    const firstRun = first.run(message);
    await sending.promise;
    const second = dispatcherOn(test.table);
    expect(await second.run(message)).toEqual(['m0']);
    expect(second.parcels).toEqual([]);
    expect(second.postponed.get('m0')).toBeGreaterThanOrEqual(90);
    release.resolve();
    expect(await firstRun).toEqual([]);
    expect(await second.run(message)).toEqual([]);
    expect(second.parcels).toEqual([]);
  });

  it('is sent once when two workers read it before either claims', async () => {
    const { message } = await toSlack();
    const bothRead = Promise.withResolvers<void>();
    let reads = 0;
    const slow = (workers: ReturnType<typeof dispatcherOn>[]) => {
      const worker: ReturnType<typeof dispatcherOn> = dispatcherOn(test.table, {
        writeClaims: async (claims) => {
          reads += 1;
          if (reads === 2) bothRead.resolve();
          await bothRead.promise;
          return await writeClaims(test.table, claims);
        },
      });
      workers.push(worker);
      return worker;
    };
    const workers: ReturnType<typeof dispatcherOn>[] = [];
    const runs = await Promise.all([slow(workers), slow(workers)].map((worker) => worker.run(message)));
    expect(workers.flatMap(({ parcels }) => parcels)).toHaveLength(1);
    expect(runs.flat()).toEqual(['m0']);
  });
});

describe('a batch', () => {
  it('delays no target for two that fail and one that hangs', async () => {
    const { messages } = await fannedOut(test.table, {
      notification_ms_teams_webhook: TEAMS,
      notification_email_to: 'a@example.org, b@example.org',
    });
    const [first, second, teams, slack] = messages;
    if (!first || !second || !teams || !slack) throw new Error('four targets were expected');
    const hanging = Promise.withResolvers<void>();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(async ({ destination, ...parcel }) => {
      if (destination.channel === 'ms_teams') await hanging.promise;
      if (destination.kind !== 'address') return { kind: 'sent' };
      return await (destination.address.startsWith('a') ? retry() : refused)({ destination, ...parcel });
    });
    const run = dispatcher.run(first, second, teams, slack);
    await expect.poll(async () => (await deliveryOf(test.table, slack)).status).toBe('sent');
    await expect.poll(async () => (await deliveryOf(test.table, first)).status).toBe('retrying');
    await expect.poll(async () => (await deliveryOf(test.table, second)).status).toBe('failed');
    expect((await deliveryOf(test.table, teams)).status).toBe('pending');
    hanging.resolve();
    expect(await run).toEqual(['m0']);
    expect((await deliveryOf(test.table, teams)).status).toBe('sent');
  });

  it('fails a message that says nothing alone, and leaves it to the redrive', async () => {
    const { message } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run('{', message, { notification_id: 1 })).toEqual(['m0', 'm2']);
    expect(dispatcher.captured).toMatchObject([{ type: 'task', function: 'dispatcher' }]);
    expect((await deliveryOf(test.table, message)).status).toBe('sent');
  });

  it('fails a message alone whose item is broken', async () => {
    const broken = await toSlack();
    const whole = await toSlack();
    await seed(test.table).notification(JSON.parse(JSON.stringify({ ...broken.notification, type: 'unheard of' })));
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(broken.message, whole.message)).toEqual(['m0']);
    expect(dispatcher.captured).toMatchObject([{ exception_class: '$ZodError', arguments: null }]);
    expect((await deliveryOf(test.table, whole.message)).status).toBe('sent');
  });

  it('of ten costs at most 0.5 requests a message', async () => {
    const targets = await Promise.all(Array.from({ length: 10 }, () => toSlack()));
    let requests = 0;
    const middleware = { name: 'count', step: 'finalizeRequest', priority: 'low' } as const;
    test.table.client.middlewareStack.add(
      (next) => (call) => {
        requests += 1;
        return next(call);
      },
      middleware,
    );
    const dispatcher = dispatcherOn(test.table, { waitForMore: () => new Promise((resolve) => setImmediate(resolve)) });
    expect(await dispatcher.run(...targets.map(({ message }) => message))).toEqual([]);
    test.table.client.middlewareStack.remove('count');
    expect(dispatcher.parcels).toHaveLength(10);
    expect(requests).toBeLessThanOrEqual(5);
  });
});

describe('a function that dies', () => {
  it('after the claim: the delivery is sent when the lease is over', async () => {
    const { message } = await toSlack();
    const dying = dispatcherOn(test.table);
    dying.sendBy(() => Promise.withResolvers<never>().promise);
    void dying.run(message);
    await expect.poll(() => dying.parcels.length).toBe(1);

    const next = dispatcherOn(test.table);
    next.moveSeconds(60);
    expect(await next.run(message)).toEqual(['m0']);
    expect(next.parcels).toEqual([]);
    next.moveSeconds(next.postponed.get('m0') ?? 0);
    expect(await next.run(message)).toEqual([]);
    expect(next.parcels).toHaveLength(1);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent', attempts: 2 });
  });

  it('between sending and settling: the one case of a double', async () => {
    const { message } = await toSlack();
    const changeDeliveries = () => Promise.reject(new Error('died'));
    const dying = dispatcherOn(test.table, { changeDeliveries });
    expect(await dying.run(message)).toEqual(['m0']);
    dying.moveSeconds(91);
    const next = dispatcherOn(test.table);
    next.moveSeconds(91);
    expect(await next.run(message)).toEqual([]);
    expect([...dying.parcels, ...next.parcels]).toHaveLength(2);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent' });
  });

  it('in every try: the delivery fails in the end, and takes the function along no more', async () => {
    const { message } = await toSlack();
    const runs: number[] = [];
    for (let times = 0; times < 12; times += 1) {
      const dying = dispatcherOn(test.table, {
        changeDeliveries: async (changes) => {
          if (changes.some(({ after }) => after.lease_until === null && after.status !== 'failed'))
            throw new Error('died');
          return await changeDeliveries(test.table, changes);
        },
      });
      dying.moveSeconds(times * 400);
      await dying.run(message);
      runs.push(dying.parcels.length);
    }
    expect(runs.reduce((sum, sends) => sum + sends, 0)).toBe(9);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'failed' });
  });

  it('whose claim ran out settles nothing of the next one', async () => {
    const { message } = await toSlack();
    const release = Promise.withResolvers<void>();
    const slow = dispatcherOn(test.table);
    slow.sendBy(async () => {
      await release.promise;
      return { kind: 'refused', reason: 'late' };
    });
    const slowRun = slow.run(message);
    await expect.poll(() => slow.parcels.length).toBe(1);
    const next = dispatcherOn(test.table);
    next.moveSeconds(91);
    expect(await next.run(message)).toEqual([]);
    release.resolve();
    expect(await slowRun).toEqual(['m0']);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent', last_error: null });
    expect(slow.deadLetters).toEqual([]);
  });
});

describe('a delivery that is deleted while it is sent', () => {
  it('is not acknowledged on the strength of that try, but when its message comes again', async () => {
    const { message, notification } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    const Key = deliveryKey(notification.id, 'slack');
    dispatcher.sendBy(async () => {
      await test.table.client.send(new DeleteCommand({ TableName: test.table.name, Key }));
      return { kind: 'sent' };
    });
    expect(await dispatcher.run(message)).toEqual(['m0']);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toHaveLength(1);
  });
});

describe('what changed since the delivery was made', () => {
  it('a rotated webhook gets what still waits', async () => {
    const { message, product } = await toSlack();
    const webhook = 'https://hooks.slack.com/services/T0/B0/new-secret';
    const before = await deliveryOf(test.table, message);
    await seed(test.table).product({
      ...product,
      ...sealedFields(product.id, { notification_slack_webhook: webhook }),
    });
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toMatchObject([{ destination: { webhook } }]);
    const after = await deliveryOf(test.table, message);
    expect(after.target).toMatch(/^hooks\.slack\.com #[0-9a-f]{6}$/);
    expect(after.target).not.toBe(before.target);
  });

  it.each([
    ['the webhook was taken away', { notification_slack_webhook: '' }, 'The webhook was removed'],
    ['the address was taken off', { notification_email_to: '' }, 'The address was removed from the list'],
  ])('%s: skipped', async (_, change, reason) => {
    const only =
      'notification_email_to' in change
        ? { notification_slack_webhook: '', notification_email_to: 'a@example.org' }
        : {};
    const { message, product } = await toSlack(only);
    await seed(test.table).product({ ...product, ...sealedFields(product.id, change) });
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'skipped', attempts: 0, last_error: reason });
  });

  it('the product was deleted: skipped', async () => {
    const { message, product } = await toSlack();
    await test.table.client.send(new DeleteCommand({ TableName: test.table.name, Key: productKey(product.id) }));
    expect(await dispatcherOn(test.table).run(message)).toEqual([]);
    expect(await deliveryOf(test.table, message)).toMatchObject({
      status: 'skipped',
      last_error: 'The product was deleted',
    });
  });

  it('the sender was taken away: skipped, and says so', async () => {
    const { message } = await toSlack({ notification_slack_webhook: '', notification_email_to: 'a@example.org' });
    await seed(test.table).settings({ ...settings, email_from: '' });
    expect(await dispatcherOn(test.table).run(message)).toEqual([]);
    expect((await deliveryOf(test.table, message)).last_error).toBe('No From address (email_from) is set');
  });

  it.each([
    ['the notification', (id: string) => notificationKey(id)],
    ['the delivery', (id: string) => deliveryKey(id, 'slack')],
  ])('%s was deleted: acknowledged, nothing sent', async (_, key) => {
    const { message, notification } = await toSlack();
    await test.table.client.send(new DeleteCommand({ TableName: test.table.name, Key: key(notification.id) }));
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.parcels).toEqual([]);
  });
});

it('logs neither an address nor a URL', async () => {
  const { messages } = await fannedOut(test.table, {
    notification_email_to: 'bob@example.org',
    notification_ms_teams_webhook: TEAMS,
  });
  const dispatcher = dispatcherOn(test.table);
  dispatcher.sendBy(async ({ destination }) => {
    if (destination.channel === 'slack') throw new TypeError('a bug');
    return { kind: 'retry', afterSeconds: null, reason: `Failed at ${TEAMS}`, burnsAttempt: true };
  });
  await dispatcher.run(...messages);
  expect(dispatcher.lines.length).toBeGreaterThanOrEqual(3);
  expect(dispatcher.lines.join('\n')).not.toMatch(/bob@|secret|https:/);
});

it('takes a bug of ours for a try that failed', async () => {
  const { message } = await toSlack();
  const dispatcher = dispatcherOn(test.table);
  dispatcher.sendBy(async () => {
    throw new TypeError('a bug');
  });
  expect(await dispatcher.run(message)).toEqual(['m0']);
  expect(await deliveryOf(test.table, message)).toMatchObject({
    status: 'retrying',
    last_error: 'Gatebell failed (TypeError)',
  });
  expect(dispatcher.captured).toMatchObject([{ exception_class: 'TypeError', message: 'a bug', arguments: message }]);
  dispatcher.sendBy(sent);
  dispatcher.moveSeconds(10);
  expect(await dispatcher.run(message)).toEqual([]);
});

describe('an exception that came through the queue', () => {
  const exception = prepareException({
    origin: 'gatebell',
    type: 'exception',
    exception_class: 'TypeError',
    message: 'm',
    trace: null,
    function: 'products',
    arguments: null,
    product_id: null,
    user: null,
  });

  it('is recorded, and its message acknowledged', async () => {
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run({ exception })).toEqual([]);
    expect(dispatcher.recorded).toEqual([exception]);
  });

  it('stays queued while the table is away, and holds up no delivery', async () => {
    const { message } = await toSlack();
    const record = async () => {
      throw new Error('away');
    };
    const dispatcher = dispatcherOn(test.table, { recordException: record });
    expect(await dispatcher.run({ exception }, message)).toEqual(['m0']);
    expect((await deliveryOf(test.table, message)).status).toBe('sent');
  });
});

it('puts on record that it could read nothing, and returns the batch', async () => {
  const readDeliveries = async () => {
    throw new Error('The table is away');
  };
  const dispatcher = dispatcherOn(test.table, { readDeliveries });
  const { message } = await toSlack();
  await expect(dispatcher.run(message)).rejects.toThrow('The table is away');
  expect(dispatcher.captured).toMatchObject([{ message: 'The table is away', function: 'dispatcher' }]);
});
