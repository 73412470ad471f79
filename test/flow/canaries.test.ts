/** Secrets that can be told from all else are put in where secrets go, and looked for where none may be. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openStream } from '../../packages/cdk-local/src/sources/stream-reader.ts';
import { eventually } from '../eventually.ts';
import { startTestStack, type TestStack } from '../stack.ts';

/** The parts of webhooks that give access. */
const SECRETS = {
  productSlack: 'pr0ductSl4ckC4n4ry0000001',
  productTeams: 'pr0ductT34msC4n4ry0000002',
  settingsSlack: 's3tt1ngsSl4ckC4n4ry000003',
  settingsTeams: 's3tt1ngsT34msC4n4ry000004',
  /** Of a change that the table does not take. */
  refused: 'r3fus3dSl4ckC4n4ry0000005',
} as const;
/** Nothing that was logged may name whom mail goes to. */
const ADDRESSES = ['canary.team@example.org', 'canary.ops@example.org'];

const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const HOUR_MS = 3_600_000;
const created = z.object({ id: z.string() });

let stack: TestStack;
let tokens: { readonly admin: string; readonly olivia: string; readonly rita: string };
let product: string;

const slack = (secret: string) => `${stack.handles.receiver}/services/T0/B0/${secret}`;
const teams = (secret: string) => `${stack.handles.receiver}/workflows/w1/invoke?api-version=1&sig=${secret}`;

const call = async (token: string, method: string, path: string, body?: unknown) =>
  await stack.api(method, `/api${path}`, { token, ...(body === undefined ? {} : { body }) });

const upload = async (critical: number) =>
  expect(
    await call(tokens.olivia, 'PUT', `/products/${product}/observation_counts`, { ...COUNTS, critical }),
  ).toMatchObject({ status: 200 });

const statusOf = async (channel: string): Promise<string[]> =>
  (await stack.items())
    .filter(({ sk, product_id }) => sk === `DELIVERY#${channel}` && product_id === product)
    .map(({ status }) => status ?? '');

/** Everything that webhooks pass through: a gate that fails, a target that quotes, an exception, tests, a refused write. */
const liveThrough = async (): Promise<void> => {
  await stack.behaviour([
    // A target that says back what it was called by.
    {
      path: `/services/T0/B0/${SECRETS.productSlack}`,
      status: 403,
      body: `no ${slack(SECRETS.productSlack)} /${SECRETS.productSlack}`,
      times: 2,
    },
    { path: `/services/T0/B0/${SECRETS.settingsSlack}`, status: 500, body: SECRETS.settingsSlack, times: 1 },
  ]);
  await upload(3);
  await eventually(async () => (await statusOf('slack')).includes('failed'), 'a delivery has failed', 30_000);
  await call(tokens.olivia, 'POST', `/products/${product}/test_notification`);
  await call(tokens.admin, 'POST', '/settings/test_notification');
  await call(tokens.admin, 'POST', '/exceptions', {
    exception_class: 'CanaryError',
    // The receiver stands for a host that the stage adds to the allow-list.
    message: `posting to https://hooks.slack.com/services/T0/B0/${SECRETS.refused} and ${slack(SECRETS.refused)} failed`,
    function: 'canary',
    arguments: {
      authorization: `Bearer ${tokens.admin}`,
      url: `https://hooks.slack.com/services/T0/B0/${SECRETS.refused}`,
    },
  });
  const change = { notification_slack_webhook: slack(SECRETS.refused) };
  await stack.denials([{ function: 'products', action: 'dynamodb:UpdateItem' }]);
  expect(await call(tokens.olivia, 'PATCH', `/products/${product}`, change)).toMatchObject({ status: 500 });
  await stack.denials([]);
  await stack.atRest(30_000, { ignoreWaiting: true });
};

beforeAll(async () => {
  stack = await startTestStack();
  tokens = {
    admin: await stack.token('alice', { admin: true }),
    olivia: await stack.token('olivia'),
    rita: await stack.token('rita'),
  };
  const settings = {
    email_from: 'gate@example.org',
    exception_email_to: ADDRESSES[1],
    exception_slack_webhook: slack(SECRETS.settingsSlack),
    exception_ms_teams_webhook: teams(SECRETS.settingsTeams),
  };
  expect(await call(tokens.admin, 'PATCH', '/settings', settings)).toMatchObject({ status: 200 });
  const made = await call(tokens.olivia, 'POST', '/products', {
    name: 'Canaries',
    notification_email_to: ADDRESSES[0],
    notification_slack_webhook: slack(SECRETS.productSlack),
    notification_ms_teams_webhook: teams(SECRETS.productTeams),
  });
  product = created.parse(made.json).id;
  await call(tokens.olivia, 'PUT', `/products/${product}/members/rita`, { role: 'reader' });
  await liveThrough();
});
afterAll(() => stack.stop());

/** All records that the table's stream still has. */
const streamText = async (): Promise<string> => {
  const stream = await openStream(stack.handles.dynamodb, stack.handles.table ?? '');
  const texts: string[] = [];
  for (const { shardId } of await stream.listShards()) {
    let iterator: string | undefined = await stream.openShard(shardId, 'TRIM_HORIZON');
    while (iterator !== undefined) {
      const { records, next } = await stream.read(iterator, 1_000);
      texts.push(JSON.stringify(records));
      iterator = records.length === 0 ? undefined : next;
    }
  }
  return texts.join('\n');
};

/** The answers of the API about notifications, for an administrator. */
const told = async (): Promise<string> => {
  const list = await call(tokens.admin, 'GET', '/notifications?limit=100');
  const { results } = z.object({ results: z.array(created).min(2) }).parse(list.json);
  const each = await Promise.all(results.map(({ id }) => call(tokens.admin, 'GET', `/notifications/${id}`)));
  return [list, ...each].map(({ text }) => text).join('\n');
};

/** Where no secret may be, each with its text. */
const places = async (): Promise<ReadonlyMap<string, string>> => {
  const { calls } = await stack.calls();
  const messages = calls.flatMap((made) => made.messages);
  expect(messages.length).toBeGreaterThan(4);
  return new Map([
    ['the table', JSON.stringify(await stack.rawItems())],
    ['its stream', await streamText()],
    ['the queues', messages.join('\n')],
    ['the dead letters', (await stack.deadLetters()).join('\n')],
    ['the notifications', await told()],
    ['the mail', JSON.stringify(await stack.mail())],
    ['the bodies of webhooks', (await stack.messages()).map(({ body }) => String(body)).join('\n')],
    ...[...stack.logs()].map(([file, text]): [string, string] => [`the log ${file}`, text]),
  ]);
};

/** Which of some texts are where. */
const found = (where: ReadonlyMap<string, string>, wanted: readonly string[]): string[] =>
  [...where].flatMap(([place, text]) =>
    wanted.filter((part) => text.includes(part)).map((part) => `${part} in ${place}`),
  );

describe('a canary', () => {
  it('has passed: each webhook was posted to, and what may not be seen would be found', async () => {
    const paths = (await stack.messages()).map(({ path }) => path).join('\n');
    for (const secret of [SECRETS.productSlack, SECRETS.settingsSlack]) expect(paths).toContain(secret);
    const where = await places();
    const marks = {
      'the table': product,
      'its stream': product,
      'the notifications': product,
      'the queues': 'ms_teams',
    };
    for (const [place, mark] of Object.entries(marks)) expect(where.get(place)).toContain(mark);
    expect(where.get('the log dispatcher.log')).toContain('The target answered 403');
  });

  it('is in no item, stream record, message, notification, mail or log', async () => {
    expect(found(await places(), Object.values(SECRETS))).toEqual([]);
  });

  it('that is a token is nowhere, and no log has an address', async () => {
    const where = await places();
    const signatures = Object.values(tokens).map((token) => token.split('.')[2] ?? token);
    expect(found(where, signatures)).toEqual([]);
    const logs = new Map([...where].filter(([place]) => place.startsWith('the log ')));
    expect(found(logs, ADDRESSES)).toEqual([]);
  });

  it('is read by a maintainer and an administrator, and each time a line says so', async () => {
    const read = async (token: string, path: string) => (await call(token, 'GET', path)).text;
    expect(await read(tokens.rita, `/products/${product}`)).not.toContain('C4n4ry');
    expect(await read(tokens.olivia, '/products')).not.toContain('C4n4ry');
    const linesBefore = stack.log('products').length;
    expect(await read(tokens.olivia, `/products/${product}`)).toContain(SECRETS.productTeams);
    expect(await read(tokens.admin, `/products/${product}`)).toContain(SECRETS.productSlack);
    expect(await read(tokens.admin, '/settings')).toContain(SECRETS.settingsSlack);
    const lines = stack.log('products').slice(linesBefore);
    for (const who of ['"user":"olivia","as":"owner"', '"user":"alice","as":"administrator"'])
      expect(lines).toContain(who);
    expect(lines.match(/Webhooks were shown/g)).toHaveLength(2);
    expect(stack.log('settings')).toMatch(/Webhooks were shown.*"product_id":null.*"as":"administrator"/);
  });
});

describe('while KMS refuses', () => {
  it('messages wait, calls that show a webhook mask it, others do not ask; then all goes on', async () => {
    // Functions keep a data key for an hour.
    await stack.clock(HOUR_MS + 60_000);
    tokens = {
      admin: await stack.token('alice', { admin: true }),
      olivia: await stack.token('olivia'),
      rita: await stack.token('rita'),
    };
    await stack.denials(['products', 'dispatcher'].map((name) => ({ function: name, action: 'kms:Decrypt' })));
    const masked = await call(tokens.olivia, 'GET', `/products/${product}`);
    const unreadable = ['notification_ms_teams_webhook', 'notification_slack_webhook'];
    expect(masked).toMatchObject({ status: 200, json: { unreadable_fields: unreadable } });
    expect(await call(tokens.rita, 'GET', `/products/${product}`)).toMatchObject({ status: 200 });
    await upload(0);
    await eventually(async () => (await statusOf('ms_teams')).includes('retrying'), 'a delivery waits', 30_000);
    await stack.denials([]);
    await stack.clock(HOUR_MS + 120_000);
    await eventually(
      async () => (await statusOf('ms_teams')).every((status) => status === 'sent'),
      'it is sent',
      60_000,
    );
    expect(await call(tokens.olivia, 'GET', `/products/${product}`)).toMatchObject({ status: 200 });
  });
});
