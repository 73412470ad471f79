import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { callAwsJson } from '../../packages/cdk-local/src/engines/aws-json.ts';
import { eventually } from '../eventually.ts';
import { startTestStack, type TestStack } from '../stack.ts';

let stack: TestStack;
let admin: string;

const created = z.object({ id: z.string() });
const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const BASE = 'https://gatebell.example.org';

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.token('alice', { admin: true });
  const settings = { email_from: 'gate@example.org', base_url_frontend: BASE };
  expect(await stack.api('PATCH', '/api/settings', { token: admin, body: settings })).toMatchObject({ status: 200 });
});
afterAll(() => stack.stop());
afterEach(async () => {
  await stack.faults([]);
  await stack.denials([]);
  await stack.behaviour([]);
});

let made = 0;

/** A product with all three channels, whose webhooks go to the receiver under paths of its own. */
const product = async (fields: Record<string, unknown> = {}) => {
  made += 1;
  const paths = { slack: `/p${made}/slack`, teams: `/p${made}/teams`, mailbox: `team${made}@example.org` };
  const body = {
    name: `Product ${made}`,
    notification_email_to: paths.mailbox,
    notification_slack_webhook: stack.handles.receiver + paths.slack,
    notification_ms_teams_webhook: stack.handles.receiver + paths.teams,
    ...fields,
  };
  const answer = await stack.api('POST', '/api/products', { token: admin, body });
  expect(answer.status).toBe(201);
  return { ...created.parse(answer.json), ...paths, name: body.name };
};

const report = async (id: string, counts: Partial<typeof COUNTS>) => {
  const put = { token: admin, body: { ...COUNTS, ...counts } };
  const answer = await stack.api('PUT', `/api/products/${id}/observation_counts`, put);
  expect(answer.status).toBe(200);
  return answer.json;
};

type Made = Awaited<ReturnType<typeof product>>;

const mailOf = async ({ mailbox }: Made) =>
  (await stack.mail()).filter(({ destination }) => destination.to.includes(mailbox));

/** How many messages each channel got. */
const received = async (of: Made) => ({
  slack: (await stack.messages(of.slack)).length,
  teams: (await stack.messages(of.teams)).length,
  email: (await mailOf(of)).length,
});

const ONE_EACH = { slack: 1, teams: 1, email: 1 };
const atRest = () => stack.atRest(60_000, { ignoreWaiting: true });
const notificationsOf = async (id: string) =>
  (await stack.items()).filter((item) => item['sk'] === 'NOTIFICATION' && item['product_id'] === id);

describe('a scan that makes the gate fail', () => {
  it('answers with the gate, and reaches each channel once, with cause, cause-maker and link', async () => {
    const of = await product();
    expect(await report(of.id, { critical: 3, high: 1 })).toMatchObject({
      security_gate_passed: false,
      exceeded: [
        { severity: 'critical', count: 3, threshold: 0 },
        { severity: 'high', count: 1, threshold: 0 },
      ],
    });
    await atRest();
    expect(await received(of)).toEqual(ONE_EACH);
    const [mail] = await mailOf(of);
    const texts = [
      JSON.stringify((await stack.messages(of.slack))[0]?.body),
      JSON.stringify((await stack.messages(of.teams))[0]?.body),
      mail?.body.text ?? '',
      mail?.body.html ?? '',
    ];
    for (const text of texts) {
      for (const part of ['3 critical, 0 allowed', '1 high, 0 allowed', 'passed', 'failed', 'alice', of.name]) {
        expect(text).toContain(part);
      }
      expect(text).toContain(`${BASE}/products/${of.id}`);
    }
    expect(await notificationsOf(of.id)).toMatchObject([{ from: 'passed', to: 'failed', user: 'alice' }]);
  });

  it('sends nothing for a new product, equal counts, or a change that leaves the gate as it is', async () => {
    const of = await product();
    await report(of.id, { low: 5 });
    await stack.api('PATCH', `/api/products/${of.id}`, { token: admin, body: { description: 'new' } });
    await atRest();
    expect(await received(of)).toEqual({ slack: 0, teams: 0, email: 0 });
  });

  it('records each change, in both directions, and a gate that is disabled', async () => {
    const of = await product();
    await report(of.id, { critical: 1 });
    await report(of.id, {});
    await stack.api('PATCH', `/api/products/${of.id}`, { token: admin, body: { security_gate_active: false } });
    await atRest();
    const states = (await notificationsOf(of.id)).toSorted((a, b) => (a['id'] ?? '').localeCompare(b['id'] ?? ''));
    expect(states.map(({ from, to }) => `${from} ${to}`)).toEqual(['passed failed', 'failed passed', 'passed none']);
  });
});

const historyOf = (id: string) => stack.api('GET', `/api/products/${id}/history`, { token: admin });

describe('the history of a product', () => {
  const storedOf = async (id: string) =>
    (await stack.items()).filter((item) => item['pk'] === `PRODUCT#${id}` && item['sk']?.startsWith('HISTORY#'));

  it('has each report once, with its commit, and the gate changes between, and goes with the product', async () => {
    const { id } = await product();
    const run = { commit: '9fceb02', run_url: 'https://ci.example.org/runs/7' };
    const put = { token: admin, body: { ...COUNTS, critical: 3, ...run } };
    expect(await stack.api('PUT', `/api/products/${id}/observation_counts`, put)).toMatchObject({ status: 200 });
    await stack.api('PATCH', `/api/products/${id}`, { token: admin, body: { security_gate_active: false } });
    await report(id, {});
    await atRest();
    const failed = (await notificationsOf(id)).find(({ to }) => to === 'failed');
    expect(await historyOf(id)).toMatchObject({
      status: 200,
      json: {
        next: null,
        results: [
          {
            type: 'report',
            observation_counts: COUNTS,
            security_gate_passed: null,
            notification_id: null,
            commit: null,
          },
          { type: 'change', changes: [{ kind: 'own_gate', active: false }], security_gate_passed: null, user: 'alice' },
          { type: 'report', security_gate_passed: false, notification_id: failed?.['id'], user: 'alice', ...run },
        ],
      },
    });
    expect(await storedOf(id)).toHaveLength(3);
    const shown = await stack.api('GET', `/api/products/${id}`, { token: admin });
    expect(shown.json).toMatchObject({ observation_counts_commit: null, observation_counts_run_url: null });
    expect(await stack.api('DELETE', `/api/products/${id}`, { token: admin })).toMatchObject({ status: 204 });
    await eventually(async () => (await storedOf(id)).length === 0, 'the history is gone', 20_000);
    expect(await historyOf(id)).toMatchObject({ status: 404 });
  });

  it('has a report once, though gate-trigger dies after it was written', async () => {
    const { id } = await product();
    await stack.faults([{ function: 'gate-trigger', action: 'PutItem', nth: 1, when: 'after', do: 'kill' }]);
    await report(id, { low: 1 });
    await atRest();
    expect(await storedOf(id)).toHaveLength(1);
  });

  it('is listed page by page, and refuses what is no time, and a cursor of another range', async () => {
    const { id } = await product();
    for (const low of [1, 2, 3]) await report(id, { low });
    await atRest();
    const get = (query: string) => stack.api('GET', `/api/products/${id}/history?${query}`, { token: admin });
    const page = z.object({ results: z.array(z.object({ version: z.int() })), next: z.string().nullable() });
    const first = page.parse((await get('limit=2')).json);
    const cursor = encodeURIComponent(first.next ?? '');
    const second = page.parse((await get(`limit=2&cursor=${cursor}`)).json);
    expect([...first.results, ...second.results].map(({ version }) => version)).toEqual([4, 3, 2]);
    const refused = async (query: string) => (await get(query)).json;
    expect(await refused('from=yesterday')).toMatchObject({ status: 400, errors: [{ path: 'from' }] });
    expect(await refused('from=2026-11-24T10:00:00Z&to=2026-11-24T10:00:00Z')).toMatchObject({
      errors: [{ path: 'to' }],
    });
    expect(await refused(`interval=day&cursor=${cursor}`)).toMatchObject({ errors: [{ path: 'cursor' }] });
  });
});

/** API Gateway names each request in this header of its answer. */
const REQUEST_ID = 'apigw-requestid';

const logLine = z.object({ message: z.looseObject({ message: z.string(), request_id: z.string() }) });

/** What a function logged about a request. Each line is a time, Lambda's own request id, and Lambda's JSON. */
const loggedBy = (functionName: string, requestId: string) =>
  stack
    .log(functionName)
    .split('\n')
    .flatMap((line) => /^\S+ \S+ (\{.*\})$/.exec(line)?.[1] ?? [])
    .map((text) => logLine.safeParse(JSON.parse(text)).data?.message)
    .filter((line) => line?.request_id === requestId);

describe('the log', () => {
  it('leads by the id in the answer from the call to each target, and names only the caller', async () => {
    const of = await product();
    const put = { token: admin, body: { ...COUNTS, critical: 1 } };
    const path = `/api/products/${of.id}/observation_counts`;
    const requestId = (await stack.api('PUT', path, put)).headers.get(REQUEST_ID) ?? 'none';
    await atRest();
    const [notification] = await notificationsOf(of.id);
    const ids = { request_id: requestId, notification_id: notification?.['id'] };
    const route = 'PUT /api/products/{product_id}/observation_counts';
    const lines = ['products', 'gate-trigger', 'fan-out', 'dispatcher'].flatMap((name) => loggedBy(name, requestId));
    expect(lines).toMatchObject([
      { message: 'Answered', route, path: { product_id: of.id }, status: 200, user: 'alice', etag: '"2"' },
      { message: 'The gate changed', ...ids, product_id: of.id, version: 2, from: 'passed', to: 'failed' },
      { message: 'Fanned out', ...ids },
      ...Array.from({ length: 3 }, () => ({ message: 'Delivery settled', ...ids, status: 'sent' })),
    ]);
    const settled = lines.slice(3).map((line) => line?.['delivery_id']);
    expect(lines[2]?.['delivery_ids']).toEqual(expect.arrayContaining(settled));
    for (const secret of [of.slack, of.teams, of.mailbox]) expect(JSON.stringify(lines)).not.toContain(secret);
  });
});

/** The texts that Slack reads for markup and mentions: the fallback, and each of type `mrkdwn`; `plain_text` is shown as it is. */
const marked = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(marked);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text, ...rest } = z
    .looseObject({ type: z.unknown(), text: z.unknown() })
    .parse({ type: null, text: null, ...value });
  const own = typeof text === 'string' && type !== 'plain_text' ? [text] : [];
  return [...own, ...marked(typeof text === 'string' ? null : text), ...Object.values(rest).flatMap(marked)];
};

describe('names and texts full of markup', () => {
  const markup = '<!channel> *bold* [x](https://evil.example) <b>&"\'`\\ 🦊';
  /** What a name may not have: it turns the direction of the text. */
  const nasty = `${markup} \u202E`;

  it('arrive harmless, in messages that Slack and Teams take', async () => {
    const name = `${made} ${markup}`.padEnd(255, '🦊<*_~').slice(0, 254);
    const of = await product({ name });
    await report(of.id, { critical: 1 });
    await atRest();
    expect(await received(of)).toEqual(ONE_EACH);
    const [slack] = await stack.messages(of.slack);
    const [teams] = await stack.messages(of.teams);
    const slackText = z.string().parse(slack?.body);
    expect(marked(JSON.parse(slackText)).join('\n')).not.toMatch(/<[!@#]/);
    expect(slackText.length).toBeLessThan(13_200);
    expect(Buffer.byteLength(z.string().parse(teams?.body))).toBeLessThan(20_000);
    const [mail] = await mailOf(of);
    expect(mail?.subject).not.toMatch(/[\r\n\u202E]/);
    expect(mail?.body.html).not.toContain('<b>&');
  });

  it('stay within the limits at their longest', async () => {
    const slack = '/long/slack';
    const channels = {
      exception_slack_webhook: stack.handles.receiver + slack,
      exception_ms_teams_webhook: `${stack.handles.receiver}/long/teams`,
    };
    await stack.api('PATCH', '/api/settings', { token: admin, body: channels });
    const long = `${nasty}\n`.repeat(400).slice(0, 4_096);
    const body = { exception_class: 'E', message: long, function: 'f', trace: long.repeat(4), arguments: { long } };
    expect((await stack.api('POST', '/api/exceptions', { token: admin, body })).status).toBe(201);
    await atRest();
    const [toSlack] = await stack.messages(slack);
    const [toTeams] = await stack.messages('/long/teams');
    const blocks = z
      .object({ blocks: z.array(z.looseObject({ type: z.string(), text: z.object({ text: z.string() }).optional() })) })
      .parse(JSON.parse(z.string().parse(toSlack?.body))).blocks;
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const { type, text } of blocks)
      expect(text?.text.length ?? 0).toBeLessThanOrEqual(type === 'header' ? 150 : 3_000);
    expect(Buffer.byteLength(z.string().parse(toTeams?.body))).toBeLessThan(20_000);
    expect(marked(JSON.parse(z.string().parse(toSlack?.body))).join('\n')).not.toMatch(/<[!@#]/);
  });
});

describe('nothing is lost and nothing is doubled', () => {
  // After its transaction. All other calls: test/deep/faults/points/gate-change.test.ts.
  it.each([
    { function: 'gate-trigger', nth: 3, when: 'after' },
    { function: 'fan-out', nth: 2, when: 'after' },
  ] as const)('when $function is killed $when its call $nth and its batch is replayed', async (fault) => {
    const of = await product();
    await atRest();
    await stack.faults([{ ...fault, do: 'kill' }]);
    await report(of.id, { critical: 1 });
    await atRest();
    expect(await received(of)).toEqual(ONE_EACH);
    expect(await notificationsOf(of.id)).toHaveLength(1);
  });

  it('when a queue message is doubled', async () => {
    const of = await product();
    await report(of.id, { critical: 1 });
    await atRest();
    const deliveries = (await stack.items()).filter((item) => item['sk']?.startsWith('DELIVERY#'));
    const [notification] = await notificationsOf(of.id);
    for (const { notification_id, delivery_id } of deliveries.filter(
      (d) => d['notification_id'] === notification?.['id'],
    )) {
      await callAwsJson({
        url: stack.handles.sqs,
        region: 'eu-central-1',
        target: 'AmazonSQS.SendMessage',
        body: {
          QueueUrl: stack.handles.delivery_queue,
          MessageBody: JSON.stringify({ notification_id, delivery_id }),
        },
        answer: z.unknown(),
      });
    }
    await atRest();
    expect(await received(of)).toEqual(ONE_EACH);
  });

  it('when two of three targets fail: the third has its message meanwhile', async () => {
    const of = await product();
    await stack.behaviour([
      { path: of.slack, status: 500 },
      { path: of.teams, hang: true },
    ]);
    await report(of.id, { critical: 1 });
    await eventually(async () => (await received(of)).email === 1, 'the mail has come', 9_000);
    const statusOf = async (channel: string) =>
      (await stack.items()).find((item) => item['channel'] === channel && item['product_id'] === of.id)?.['status'];
    await eventually(async () => (await statusOf('ms_teams')) === 'retrying', 'the hanging one is given up', 30_000);
    expect([await statusOf('email'), await statusOf('slack')]).toEqual(['sent', 'retrying']);
    await stack.behaviour([]);
    await stack.clock(120_000);
    await eventually(async () => (await statusOf('ms_teams')) === 'sent', 'it is sent in the end', 30_000);
    await eventually(async () => (await statusOf('slack')) === 'sent', 'it is sent in the end', 30_000);
    await stack.clock(0);
  });

  it('unless a permission is missing: then nothing passes, and it is seen', async () => {
    await stack.denials([{ function: 'fan-out', action: 'sqs:SendMessage' }]);
    const of = await product();
    await report(of.id, { critical: 1 });
    await eventually(() => stack.log('fan-out').includes('AccessDenied'), 'the log says so', 20_000);
    expect(await received(of)).toEqual({ slack: 0, teams: 0, email: 0 });
    await stack.denials([]);
    await eventually(async () => (await received(of)).email === 1, 'the batch is tried again', 60_000);
    await atRest();
    expect(await received(of)).toEqual(ONE_EACH);
  });
});

describe('a change of the settings', () => {
  it('flips every product on the standard gate, notifies each once, marks it in their histories, and leaves the others alone', async () => {
    const followers = [await product(), await product(), await product()];
    const own = await product({ security_gate_active: true, security_gate_threshold_medium: 9 });
    for (const { id } of [...followers, own]) await report(id, { medium: 5 });
    const patch = { token: admin, body: { security_gate_threshold_medium: 4 } };
    const request_id = (await stack.api('PATCH', '/api/settings', patch)).headers.get(REQUEST_ID) ?? 'none';
    await atRest();
    for (const follower of followers) {
      expect(await received(follower)).toEqual(ONE_EACH);
      expect(await notificationsOf(follower.id)).toMatchObject([
        { to: 'failed', user: 'alice', message: '5 medium, 4 allowed.', request_id },
      ]);
      const flip = { type: 'change', changes: [], security_gate_passed: false, user: 'alice' };
      const mark = { type: 'change', changes: [{ kind: 'default_gate' }], security_gate_passed: true, user: 'alice' };
      expect((await historyOf(follower.id)).json).toMatchObject({ results: [flip, mark, { type: 'report' }] });
    }
    expect(await received(own)).toEqual({ slack: 0, teams: 0, email: 0 });
    expect((await historyOf(own.id)).json).toMatchObject({ results: [{ type: 'report' }] });
  });
});

describe('a deleted product', () => {
  it('takes members, notifications and deliveries with it', async () => {
    const of = await product();
    await stack.api('PUT', `/api/products/${of.id}/members/rita`, { token: admin, body: { role: 'reader' } });
    await report(of.id, { critical: 1 });
    await atRest();
    const [notification] = await notificationsOf(of.id);
    expect((await stack.api('DELETE', `/api/products/${of.id}`, { token: admin })).status).toBe(204);
    await atRest();
    const left = await stack.items();
    expect(left.filter((item) => JSON.stringify(item).includes(of.id))).toEqual([]);
    expect(left.filter((item) => JSON.stringify(item).includes(notification?.['id'] ?? '?'))).toEqual([]);
  });
});
