import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listDeliveries } from '../../../core/deliveries/store/read-deliveries.ts';
import { prepareException } from '../../../core/exceptions/model.ts';
import { deliveryKey } from '../../../core/keys.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { changingGate, oneMessage } from './gates.ts';
import {
  deliveryOf,
  dispatcherOn,
  fannedOut,
  refused,
  retry,
  sent,
  settings,
  slackOf,
  TEAMS,
  targetOf,
} from './harness.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const toSlack = () => oneMessage(test.table);

describe('one event alone', () => {
  it('is sent at once with its link, recorded and acknowledged', async () => {
    const { message, product } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(message)).toEqual([]);
    const { notification_id, delivery_id } = message.delivery;
    const id = `${notification_id}.${delivery_id}`;
    expect(dispatcher.messages).toMatchObject([
      {
        id,
        thread: `gate.${product.id}`,
        content: { heading: `${product.name} failed its gate`, entries: [] },
        event: { type: 'security_gate.changed', data: { notification_id, product: { name: product.name } } },
        destination: { kind: 'webhook', channel: 'slack', webhook: slackOf(product.id) },
        tags: { notification_id, delivery_id },
      },
    ]);
    const link = `${settings.base_url_frontend}/notifications/${notification_id}`;
    expect(dispatcher.messages[0]?.event.data.url).toBe(link);
    expect(await deliveryOf(test.table, message)).toMatchObject({
      status: 'sent',
      attempts: 1,
      last_error: null,
      message_id: id,
      confirmation: 'posted',
      settled_at: dispatcher.now().toISOString(),
    });
  });

  it('leaves a target that nobody has, which knows when it was sent to', async () => {
    const { message } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run(message);
    const { target } = await deliveryOf(test.table, message);
    expect(await targetOf(test.table, message)).toMatchObject({
      lease: null,
      acquired: 0,
      failures: 0,
      shown: target,
      last_sent_at: dispatcher.now().toISOString(),
    });
  });

  it.each([
    ['Slack says that it has it', 200, {}, 'posted'],
    ['a flow of Teams says that it was accepted', 202, {}, 'accepted'],
    ['SES accepts it', 200, { notification_slack_webhook: '', notification_email_to: 'a@example.org' }, 'accepted'],
  ] as const)('records what was learned: %s', async (_, status, fields, confirmation) => {
    const { message } = await oneMessage(test.table, fields);
    const send = async () => ({ outcome: { kind: 'sent' } as const, status, answer: null });
    await dispatcherOn(test.table, { send }).run(message);
    expect(await deliveryOf(test.table, message)).toMatchObject({ status: 'sent', confirmation });
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

  it.each([
    ['comes again', 1],
    ['is tripled in a batch', 3],
  ])('is sent once where its message %s', async (_, copies) => {
    const { message } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run(...Array.from({ length: copies }, () => message))).toEqual([]);
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.messages).toHaveLength(1);
  });

  it('is sent where no message names it and the index has it', async () => {
    const { message } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    await dispatcher.run({ target: message.target });
    expect(dispatcher.messages).toHaveLength(1);
  });

  it('is sent where the index lags and its message names it', async () => {
    const { message } = await toSlack();
    const dispatcher = dispatcherOn(test.table, { listDue: async () => [] });
    await dispatcher.run(message);
    expect(dispatcher.messages).toHaveLength(1);
  });

  it('costs seven requests, four of them writes', async () => {
    const { message } = await toSlack();
    const requests: string[] = [];
    const middleware = { name: 'count', step: 'initialize' } as const;
    test.table.client.middlewareStack.add((next, { commandName }) => {
      return (call) => {
        requests.push(commandName ?? '');
        return next(call);
      };
    }, middleware);
    await dispatcherOn(test.table).run(message);
    test.table.client.middlewareStack.remove('count');
    expect(requests.filter((name) => /Update|Put/.test(name))).toHaveLength(4);
    expect(requests).toHaveLength(7);
  });
});

describe('a batch', () => {
  it('delays no target for two that fail and one that hangs', async () => {
    const { messages } = await fannedOut(test.table, {
      notification_slack_webhook: slackOf('hang'),
      notification_ms_teams_webhook: TEAMS,
      notification_email_to: 'a@example.org, b@example.org',
    });
    const [first, second, teams, slack] = messages;
    if (!first || !second || !teams || !slack) throw new Error('four targets were expected');
    const hanging = Promise.withResolvers<void>();
    const dispatcher = dispatcherOn(test.table);
    dispatcher.sendBy(async (message) => {
      const { destination } = message;
      if (destination.channel === 'ms_teams') await hanging.promise;
      if (destination.kind !== 'address') return { kind: 'sent' };
      return await (destination.address.startsWith('a') ? retry() : refused)(message);
    });
    const run = dispatcher.run(first, second, teams, slack);
    const statusOf = (message: typeof first) => expect.poll(async () => (await deliveryOf(test.table, message)).status);
    await statusOf(slack).toBe('sent');
    await statusOf(first).toBe('retrying');
    await statusOf(second).toBe('failed');
    await statusOf(teams).toBe('pending');
    hanging.resolve();
    expect(await run).toEqual([]);
    await statusOf(teams).toBe('sent');
  });

  it('fails a message that says nothing alone, and leaves it to the redrive', async () => {
    const { message } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    expect(await dispatcher.run('{', message, { notification_id: 1 }, { target: 'pager-1' })).toEqual([
      'm0',
      'm2',
      'm3',
    ]);
    expect(dispatcher.captured).toMatchObject([{ type: 'task', function: 'dispatcher' }]);
    expect((await deliveryOf(test.table, message)).status).toBe('sent');
  });
});

describe('a delivery that is deleted while it is sent', () => {
  it('is not written again, nor sent again', async () => {
    const { message, notification } = await toSlack();
    const dispatcher = dispatcherOn(test.table);
    const Key = deliveryKey(notification.id, 'slack');
    dispatcher.sendBy(async () => {
      await test.table.client.send(new DeleteCommand({ TableName: test.table.name, Key }));
      return { kind: 'sent' };
    });
    expect(await dispatcher.run(message)).toEqual([]);
    expect(await listDeliveries(test.table, notification.id)).toEqual([]);
    expect(dispatcher.lines.join('\n')).toContain('was changed or deleted while it was sent');
    expect(await dispatcher.run(message)).toEqual([]);
    expect(dispatcher.messages).toHaveLength(1);
  });
});

it('logs neither an address nor a URL', async () => {
  const { messages } = await fannedOut(test.table, {
    notification_slack_webhook: slackOf('logged'),
    notification_email_to: 'bob@example.org',
    notification_ms_teams_webhook: `${TEAMS}-logged`,
  });
  const dispatcher = dispatcherOn(test.table);
  dispatcher.sendBy(async ({ destination }) => {
    if (destination.channel === 'slack') throw new TypeError('a bug');
    return { kind: 'retry', afterSeconds: null, reason: `Failed at ${TEAMS}`, burnsAttempt: true };
  });
  await dispatcher.run(...messages);
  expect(dispatcher.lines.length).toBeGreaterThanOrEqual(3);
  expect(dispatcher.lines.join('\n')).not.toMatch(/bob@|secret|https:/);
  expect(JSON.stringify(dispatcher.woken)).not.toMatch(/bob@|secret|https:/);
});

it('takes a bug of ours for a try that failed', async () => {
  const { message } = await toSlack();
  const dispatcher = dispatcherOn(test.table);
  dispatcher.sendBy(async () => {
    throw new TypeError('a bug');
  });
  expect(await dispatcher.run(message)).toEqual([]);
  expect(await deliveryOf(test.table, message)).toMatchObject({
    status: 'retrying',
    last_error: 'Gatebell failed (TypeError)',
  });
  expect(dispatcher.captured).toMatchObject([
    { exception_class: 'TypeError', message: 'a bug', arguments: message.delivery },
  ]);
  dispatcher.sendBy(sent);
  dispatcher.moveSeconds(10);
  await dispatcher.run(...dispatcher.woken);
  expect((await deliveryOf(test.table, message)).status).toBe('sent');
});

it('a bug of ours in the message of an exception is one exception, whatever it was about', async () => {
  const gate = await changingGate(test.table);
  const dispatcher = dispatcherOn(test.table);
  dispatcher.sendBy(async () => {
    throw new TypeError('a bug');
  });
  await dispatcher.run(await gate.fail('KeyError'));
  expect(dispatcher.captured).toMatchObject([{ exception_class: 'TypeError', arguments: { channel: 'slack' } }]);
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

it('puts on record that it could read nothing, and returns the message', async () => {
  const { message } = await toSlack();
  const readWaiting = async () => {
    throw new Error('The table is away');
  };
  const dispatcher = dispatcherOn(test.table, { readWaiting });
  expect(await dispatcher.run(message)).toEqual(['m0']);
  expect(dispatcher.captured).toMatchObject([{ message: 'The table is away', function: 'dispatcher' }]);
  expect(dispatcher.messages).toEqual([]);
});
