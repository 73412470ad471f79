import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { startTestStack, type TestStack } from '../../stack.ts';

const SLACK = 'https://hooks.slack.com/services/T000/B000/secret';
const OTHER = 'https://hooks.slack.com/services/T000/B000/another';
const MASKED = 'https://hooks.slack.com/***';

let stack: TestStack;
let admin: string;
let url: string;

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.token('alice', { admin: true });
  const body = { name: 'Payments', notification_slack_webhook: SLACK };
  const { json } = await stack.api('POST', '/api/products', { token: admin, body });
  url = `/api/products/${z.object({ id: z.string() }).parse(json).id}`;
  const settings = { exception_slack_webhook: SLACK };
  expect(await stack.api('PATCH', '/api/settings', { token: admin, body: settings })).toMatchObject({ status: 200 });
});
afterEach(() => stack.faults([]));
afterAll(() => stack.stop());

const get = (path: string) => stack.api('GET', path, { token: admin });
const patch = (path: string, body: object, etag = '*') =>
  stack.api('PATCH', path, { token: admin, body, headers: { 'if-match': etag } });

/** KMS fails for functions that have no key in memory: their instances are ended before. */
const loseKey = async () => {
  for (const [name, path] of [
    ['products', url],
    ['settings', '/api/settings'],
  ] as const) {
    await stack.faults([{ function: name, nth: 1, do: 'kill' }]);
    await get(path);
  }
  await stack.faults(
    ['products', 'settings'].map((name) => ({ function: name, action: 'kms:*', nth: 1, do: 'error', times: 1_000 })),
  );
};

it('while KMS is away, webhooks are masked with a mark, and what needs no key is written and answered', async () => {
  const etag = (await get(url)).headers.get('etag') ?? '';
  await loseKey();
  const mark = { notification_slack_webhook: MASKED, unreadable_fields: ['notification_slack_webhook'] };
  expect(await get(url)).toMatchObject({ status: 200, json: mark });
  const changed = await patch(url, { description: 'new' }, etag);
  expect(changed).toMatchObject({ status: 200, json: { ...mark, description: 'new' } });
  const settings = await patch('/api/settings', { exception_rate_limit: 60 });
  expect(settings).toMatchObject({
    status: 200,
    json: { exception_rate_limit: 60, unreadable_fields: ['exception_slack_webhook'] },
  });
});

it('while KMS is away, what needs the key answers 503 before it is written', async () => {
  await loseKey();
  const etag = (await get(url)).headers.get('etag') ?? '';
  const refused = await patch(url, { description: 'newer', notification_slack_webhook: OTHER }, etag);
  expect(refused).toMatchObject({ status: 503, json: { type: 'urn:gatebell:problem:unavailable' } });
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(await patch('/api/settings', { exception_slack_webhook: OTHER })).toMatchObject({ status: 503 });
  await stack.faults([]);
  const again = await patch(url, { description: 'newer', notification_slack_webhook: OTHER }, etag);
  expect(again).toMatchObject({ status: 200, json: { notification_slack_webhook: OTHER, unreadable_fields: [] } });
  await stack.atRest(60_000, { ignoreWaiting: true });
  const { json } = await get('/api/notifications?type=exception');
  const told = z
    .object({ results: z.array(z.object({ exception_class: z.string(), function: z.string() })) })
    .parse(json);
  const failures = told.results.filter(({ exception_class }) => exception_class === 'WebhookKeyUnavailable');
  expect(failures.map((of) => of.function).toSorted()).toEqual(['products', 'settings']);
});

it('a throttle of the table answers 503 with Retry-After, and is no exception', async () => {
  await stack.faults([{ function: 'products', action: 'dynamodb:*', nth: 1, do: 'throttle', times: 1_000 }]);
  const answers = [await get(url), await get('/api/products'), await patch(url, { description: 'newest' })];
  await stack.faults([]);
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  for (const { headers } of answers) expect(headers.get('retry-after')).toMatch(/^\d+$/);
  expect(await get(url)).toMatchObject({ status: 200, json: { description: 'newer' } });
});

it('a write whose answer gets lost is done once, and answered as done', async () => {
  const { headers } = await get(url);
  await stack.faults([{ function: 'products', action: 'UpdateItem', nth: 1, when: 'after', do: 'error' }]);
  const written = await patch(url, { description: 'once' }, headers.get('etag') ?? '');
  expect(written).toMatchObject({ status: 200, json: { description: 'once' } });
  expect(written.headers.get('etag')).toBe((await get(url)).headers.get('etag'));
});
