import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LOST_EXCEPTION } from '../../core/contract.ts';
import { BROKEN_EVENTS } from '../broken-events.ts';
import { eventually } from '../eventually.ts';
import { startTestStack, type TestStack } from '../stack.ts';

let stack: TestStack;
let admin: string;
let client: string;

const HOUR_MS = 3_600_000;
const SLACK = '/exceptions/slack';
const MAILBOX = 'ops@example.org';

const configure = async (change: Record<string, unknown>): Promise<void> => {
  expect(await stack.api('PATCH', '/api/settings', { token: admin, body: change })).toMatchObject({ status: 200 });
};

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.token('alice', { admin: true, expires_in: 10 * 86_400 });
  client = await stack.token('importer', { scope: 'exceptions', expires_in: 10 * 86_400 });
  await configure({
    email_from: 'gate@example.org',
    exception_email_to: MAILBOX,
    exception_ms_teams_webhook: `${stack.handles.receiver}/exceptions/teams`,
    exception_slack_webhook: `${stack.handles.receiver}${SLACK}`,
  });
});
afterAll(() => stack.stop());

let message: string;
/** Where the clock stood when the test began, and stands. It never goes back: the lines to the targets are where they were. */
let beganMs = 0;
let clockMs = 0;

const moveTo = async (ms: number): Promise<void> => {
  clockMs = beganMs + ms;
  await stack.clock(clockMs);
};

beforeEach(async () => {
  message = `cannot read the report '${randomUUID()}'`;
  await stack.faults([]);
  beganMs = clockMs + 60_000;
  await moveTo(0);
});

const occurs = (fields: Record<string, unknown> = {}) => {
  const body = { exception_class: 'ParseError', message, function: 'importer', arguments: { scan: 'a' }, ...fields };
  return stack.api('POST', '/api/exceptions', { token: client, body });
};

const atRest = () => stack.atRest(60_000, { ignoreWaiting: true });

/** What Slack got about this test's exception. */
const told = async (): Promise<string[]> => {
  await atRest();
  return (await stack.messages(SLACK)).map(({ body }) => JSON.stringify(body)).filter((text) => text.includes(message));
};

const isSentToSlack = (item: Readonly<Record<string, string>>, notificationIds: readonly (string | undefined)[]) =>
  item['delivery_id'] === 'slack' && item['status'] === 'sent' && notificationIds.includes(item['notification_id']);

describe('exceptions that a program reports', () => {
  beforeEach(async () => {
    // The windows of the tests before close first: their messages would go together with those of this test.
    await moveTo(2 * HOUR_MS);
    await atRest();
    beganMs = clockMs + 60_000;
    await moveTo(0);
  });

  it('are sent once for 200 equal ones at once, and the next after the window counts the other 199', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => occurs()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(199);
    expect(await told()).toHaveLength(1);
    // Past the window, and long before its item is deleted.
    await moveTo(HOUR_MS + 60_000);
    expect(await occurs()).toMatchObject({ status: 201, json: { result: 'notified' } });
    const [, second] = await told();
    expect(second).toContain('199 similar held back');
  });

  it('are sent again when they recur after a day and ten minutes', async () => {
    expect((await occurs()).status).toBe(201);
    // Or both would become due together, and be sent in one message.
    expect(await told()).toHaveLength(1);
    await moveTo(24 * HOUR_MS + 600_000);
    expect((await occurs()).status).toBe(201);
    expect(await told()).toHaveLength(2);
  });

  it('are held back until a time that the answer names, and distinguished by their arguments', async () => {
    const before = Date.now();
    await occurs();
    const { json } = await occurs();
    expect(json).toMatchObject({ result: 'held_back', held_back_until: expect.any(String) });
    const until = Date.parse(JSON.stringify(json).match(/"held_back_until":"([^"]+)"/)?.[1] ?? '');
    expect(until).toBeGreaterThanOrEqual(before + HOUR_MS);
    expect((await occurs({ arguments: { scan: 'b' } })).status).toBe(201);
  });

  it('follow a changed rate limit at once, and all are sent at 0', async () => {
    await occurs();
    await moveTo(100_000);
    expect((await occurs()).status).toBe(200);
    await configure({ exception_rate_limit: 60 });
    expect((await occurs()).status).toBe(201);
    await configure({ exception_rate_limit: 0 });
    for (let n = 0; n < 3; n += 1) expect((await occurs()).status).toBe(201);
    await configure({ exception_rate_limit: 3_600 });
    // Some in one message, as Slack gets one in a second.
    const about = (await stack.items()).filter((item) => item['sk'] === 'NOTIFICATION' && item['message'] === message);
    const ids = about.map(({ id }) => id);
    expect(ids).toHaveLength(5);
    const sent = async () => (await stack.items()).filter((item) => isSentToSlack(item, ids));
    await eventually(async () => (await sent()).length === 5, 'all are sent', 20_000);
  });

  it('are counted in a message when the window closes and no further one comes', async () => {
    await occurs();
    await occurs();
    await occurs();
    await told();
    await moveTo(2 * HOUR_MS + 60_000);
    const messages = await told();
    expect(messages).toHaveLength(2);
    expect(messages[1]).toContain('2 similar held back');
  });

  it('are one where they differ by numbers, until the settings ask for the exact ones', async () => {
    const job = (n: number) => occurs({ message: `job ${n} took ${2 * n} ms: ${message}`, arguments: { run: n } });
    expect((await job(17)).status).toBe(201);
    for (let n = 1; n <= 41; n += 1) expect((await job(n)).status).toBe(200);
    expect(await told()).toHaveLength(1);
    await moveTo(HOUR_MS + 60_000);
    expect((await job(4711)).status).toBe(201);
    const [first, second] = await told();
    expect(first).toContain('job 17 took 34 ms');
    expect(second).toContain('job 4711 took 9422 ms');
    expect(second).toContain('41 similar held back');
    await configure({ exception_grouping: 'exact' });
    for (const n of [1, 2]) expect((await job(n)).status).toBe(201);
    expect((await job(2)).status).toBe(200);
    await configure({ exception_grouping: 'similar' });
  });

  it('are grouped by the fingerprint that the caller names', async () => {
    const named = (function_: string) => occurs({ function: function_, fingerprint: message });
    expect((await named('importer')).status).toBe(201);
    expect((await named('exporter')).status).toBe(200);
    expect((await occurs({ fingerprint: `${message}!` })).status).toBe(201);
  });

  it('can be no alarm, and hold none back', async () => {
    const alarm = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/alarms/metric-alarm.json'), 'utf8'));
    const AlarmName = `forged ${message}`;
    const forged = {
      message: alarm.AlarmDescription,
      function: AlarmName,
      arguments: { region: alarm.AlarmArn.split(':')[3], account: alarm.AWSAccountId },
    };
    for (const exception_class of ['CloudWatchAlarm', ' cloudwatchalarm\n', 'CloudWatchAlarm\u00a0']) {
      expect(await occurs({ ...forged, exception_class })).toMatchObject({
        status: 400,
        json: { errors: [{ path: 'exception_class' }] },
      });
    }
    expect((await occurs({ ...forged, exception_class: 'Cloud Watch Alarm' })).status).toBe(201);
    await stack.publish(JSON.stringify({ ...alarm, AlarmName, AlarmArn: `${alarm.AlarmArn}-forged` }));
    const about = async () =>
      (await stack.items()).filter((item) => item['sk'] === 'NOTIFICATION' && item['function'] === AlarmName);
    await eventually(async () => (await about()).length === 2, 'both are on record');
    const found = await about();
    expect(new Set(found.map(({ name, exception_origin }) => `${exception_origin} ${name}`))).toEqual(
      new Set([`alarm CloudWatch alarm: ${AlarmName}`, `reported Exception: Cloud Watch Alarm in ${AlarmName}`]),
    );
    const ids = found.map(({ id }) => id);
    await eventually(
      async () => (await stack.items()).filter((item) => isSentToSlack(item, ids)).length === 2,
      'both are sent',
    );
  });

  // At all other calls: test/deep/faults/points/exception.test.ts.
  it('are sent once when the function is killed after they are recorded', async () => {
    await stack.faults([{ function: 'exceptions', nth: 2, when: 'after', do: 'kill' }]);
    expect((await occurs()).status).toBe(500);
    expect((await occurs()).status).toBe(200);
    expect(await told()).toHaveLength(1);
  });

  it('need an administrator or the scope, and what they say is checked', async () => {
    const body = { exception_class: 'E', message, function: 'f' };
    const post = (token: string | undefined, of: unknown) => stack.api('POST', '/api/exceptions', { token, body: of });
    expect((await post(await stack.token('rita'), body)).status).toBe(403);
    expect((await post(undefined, body)).status).toBe(401);
    const refusals: [Record<string, unknown>, string][] = [
      [{ ...body, severity: 'high' }, 'severity'],
      [{ ...body, exception_class: '' }, 'exception_class'],
      [{ ...body, message: 7 }, 'message'],
      [{ ...body, arguments: 'scan 7' }, 'arguments'],
      [{ ...body, product_id: 'no-such-product' }, 'product_id'],
      [{ ...body, type: 'security_gate' }, 'type'],
      [{ ...body, fingerprint: '' }, 'fingerprint'],
      [{ ...body, fingerprint: 'x'.repeat(256) }, 'fingerprint'],
    ];
    for (const [refused, path] of refusals) {
      expect(await post(client, refused)).toMatchObject({ status: 400, json: { errors: [{ path }] } });
    }
    expect(await told()).toEqual([]);
  });

  it('show no secret anywhere: table, queue, mail, webhooks, logs, API', async () => {
    const canary = 'c4n4ryC4N4RYc4n4ryC4N4RY';
    const secret = `Authorization: Bearer ${canary} at https://hooks.slack.com/services/T0/B0/${canary} password=${canary}`;
    const answer = await occurs({
      message: `${message} ${secret}`,
      trace: `ParseError: ${secret}\n    at run (${secret})`,
      arguments: { secret, token: canary, nested: [{ secret }] },
      user: secret,
    });
    expect(await told()).toHaveLength(1);
    const logs = ['exceptions', 'fan-out', 'dispatcher', 'gate-trigger'].map((name) => stack.log(name));
    const mail = await stack.mail();
    const everywhere = [answer.text, JSON.stringify([await stack.items(), mail, await stack.messages()]), ...logs];
    expect(everywhere.join('\n')).not.toContain(canary);
  });
});

describe('an exception while a request is processed', () => {
  const names = 'GET /api/products';

  it('answers 500 without internals, and the mail is there', async () => {
    await stack.clearMail();
    await stack.faults([{ function: 'products', action: 'dynamodb:Query', nth: 1, do: 'error', times: 50 }]);
    const answer = await stack.api('GET', '/api/products', { token: admin });
    await stack.faults([]);
    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({ type: 'urn:gatebell:problem:internal-error', status: 500 });
    const requestId = JSON.stringify(answer.json).match(/Request ([\w-]+)/)?.[1] ?? '?';
    expect(stack.log('products')).toContain(requestId);
    expect(answer.text).not.toMatch(/dynamodb|\bat \//i);
    await atRest();
    const [mail] = await stack.mail();
    expect(mail?.destination.to).toEqual([MAILBOX]);
    expect(mail?.body.text).toContain(names);
    // The trace has the positions of the sources, not of the bundle.
    expect(mail?.body.text).toMatch(/core\/products\/store\/list\.ts:\d+/);
  });

  it('goes through the delivery queue when the table can not be reached', async () => {
    await stack.clearMail();
    const { json } = await stack.api('POST', '/api/products', { token: admin, body: { name: message } });
    const id = JSON.stringify(json).match(/"id":"(\w+)"/)?.[1] ?? '?';
    await stack.faults([{ function: 'products', action: 'dynamodb:*', nth: 1, do: 'error', times: 100 }]);
    expect((await stack.api('GET', `/api/products/${id}`, { token: admin })).status).toBe(500);
    await stack.faults([]);
    await atRest();
    expect((await stack.mail()).map(({ body }) => body.text).join('\n')).toContain('GET /api/products/{product_id}');
  });
});

it("is in the log, in the form of an alarm's filter, when neither table nor queue can be reached", async () => {
  await stack.faults([{ function: 'settings', nth: 1, do: 'error', times: 100 }]);
  expect((await stack.api('GET', '/api/settings', { token: admin })).status).toBe(500);
  await stack.faults([]);
  expect(stack.log('settings')).toContain(LOST_EXCEPTION);
});

describe('CloudWatch alarms', () => {
  const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../fixtures/alarms', name), 'utf8');
  const alarmsTold = async () => {
    await atRest();
    return (await stack.messages(SLACK))
      .map(({ body }) => JSON.stringify(body))
      .filter((text) => /payments-/.test(text));
  };

  /** Publishes a fixture's change of state as one of now. */
  const changes = async (name: string, times = 1) => {
    const change = { ...JSON.parse(fixture(name)), StateChangeTime: new Date(clockMs + Date.now()) };
    for (let time = 0; time < times; time += 1) await stack.publish(JSON.stringify(change));
  };

  it('are sent when they go off, when they are OK again, and when they go off a minute later', async () => {
    await changes('metric-alarm.json');
    const [alarm] = await alarmsTold();
    expect(alarm).toContain('⚠️ CloudWatch alarm: payments-api-5xx');
    expect(alarm).toContain('Threshold Crossed');
    expect(alarm).toContain('eu-central-1.console.aws.amazon.com/cloudwatch');
    await moveTo(60_000);
    await changes('metric-alarm.json');
    await moveTo(120_000);
    await changes('metric-alarm-ok.json', 2);
    const [, over, ...more] = await alarmsTold();
    expect(over).toContain('✅ CloudWatch alarm is OK again: payments-api-5xx');
    expect(over).toContain('1 similar held back');
    expect(more).toEqual([]);
    await moveTo(180_000);
    await changes('metric-alarm.json');
    expect((await alarmsTold()).at(-1)).toContain('CloudWatch alarm: payments-api-5xx');
    const { json } = await stack.api('GET', '/api/notifications?name=payments-api-5xx', { token: admin });
    const arn = 'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:payments-api-5xx';
    expect(json).toMatchObject({
      results: [
        { resolved: false, alarm: arn },
        { resolved: true, alarm: arn },
        { resolved: false, alarm: arn },
      ],
    });
  });

  it('of the composite kind are sent as well', async () => {
    await changes('composite-alarm.json');
    expect((await alarmsTold()).at(-1)).toContain('CloudWatch alarm: payments-down');
    await moveTo(60_000);
    await changes('composite-alarm-ok.json');
    expect((await alarmsTold()).at(-1)).toContain('✅ CloudWatch alarm is OK again: payments-down');
  });

  it('that are none become a task exception', async () => {
    await stack.publish('not an alarm');
    await atRest();
    const items = (await stack.items()).filter(
      (item) => item['sk'] === 'NOTIFICATION' && item['function'] === 'alarms',
    );
    expect(items).toMatchObject([{ type: 'task', exception_class: 'SyntaxError' }]);
  });
});

describe('what a function does not expect', () => {
  /** Occurrences of a function's exceptions that windows have counted. */
  const countedOf = async (name: string): Promise<number> =>
    (await stack.items())
      .filter((item) => item['sk'] === 'WINDOW' && item['function'] === name)
      .reduce((sum, { held_back }) => sum + 1 + Number(held_back), 0);

  const whileTableIsAway = async (name: string, meet: () => Promise<unknown>): Promise<void> => {
    await atRest();
    // Or what its own sources bring meanwhile fails as well, and the dispatcher records before the table is back.
    for (const paused of [name, 'dispatcher']) await stack.pause(paused);
    await stack.denials([{ function: name, action: 'dynamodb:*' }]);
    await meet();
    await stack.denials([]);
    for (const paused of [name, 'dispatcher']) await stack.resume(paused);
    await atRest();
  };

  it.each(Object.entries(BROKEN_EVENTS))(
    'in %s is on record, again and while the table is away',
    async (name, event) => {
      const before = await countedOf(name);
      await stack.faults([{ function: 'sweeper', action: 'dynamodb:Scan', nth: 1, do: 'error', times: 100 }]);
      const meet = () => stack.invoke(name, event);
      for (let times = 0; times < 2; times += 1) await meet();
      // Or more of the sweeper, which its schedule starts as well.
      expect(await countedOf(name)).toBeGreaterThanOrEqual(before + 2);
      await whileTableIsAway(name, meet);
      expect(await countedOf(name)).toBeGreaterThanOrEqual(before + 3);
    },
  );

  it('in the dispatcher is on record when the table is there again', async () => {
    const before = await countedOf('dispatcher');
    const body = JSON.stringify({ notification_id: 'n', delivery_id: 'd' });
    await whileTableIsAway('dispatcher', () =>
      stack.invoke('dispatcher', { Records: [{ messageId: 'm', receiptHandle: 'h', body }] }),
    );
    expect(await countedOf('dispatcher')).toBe(before + 1);
  });
});
