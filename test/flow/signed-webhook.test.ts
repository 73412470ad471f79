import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../eventually.ts';
import { startTestStack, type TestStack } from '../stack.ts';

const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const PATH = '/events/s1gn3dW3bh00kC4n4ry0001';
const channelFields = z.looseObject({
  id: z.string(),
  notification_webhook: z.string(),
  notification_webhook_secret: z.string(),
  broken_channels: z.array(z.looseObject({ channel: z.string() })),
});
const signed = z.object({
  'webhook-id': z.string(),
  'webhook-timestamp': z.string(),
  'webhook-signature': z.string(),
});

let stack: TestStack;
let olivia: string;
let rita: string;
let url: string;

beforeAll(async () => {
  stack = await startTestStack();
  [olivia, rita] = await Promise.all([stack.token('olivia'), stack.token('rita')]);
  const body = { name: 'Signed', notification_webhook: `${stack.handles.receiver}${PATH}` };
  const made = await stack.api('POST', '/api/products', { token: olivia, body });
  expect(made).toMatchObject({ status: 201, json: { ...body, notification_webhook_secret: 'whsec_***' } });
  url = `/api/products/${channelFields.parse(made.json).id}`;
  await stack.api('PUT', `${url}/members/rita`, { token: olivia, body: { role: 'reader' } });
});
afterAll(() => stack.stop());

const read = async (token = olivia) => channelFields.parse((await stack.api('GET', url, { token })).json);

const change = async (body: Record<string, string>) => {
  const changed = await stack.api('PATCH', url, { token: olivia, body });
  expect(changed.status).toBe(200);
  return channelFields.parse(changed.json);
};

const report = async (critical: number) => {
  const counts = { token: olivia, body: { ...COUNTS, critical } };
  expect((await stack.api('PUT', `${url}/observation_counts`, counts)).status).toBe(200);
};

const received = async () =>
  (await stack.messages(PATH)).map(({ headers, body }) => ({ headers: signed.parse(headers), body: String(body) }));

it('posts events that the secret verifies, under one id over retries', async () => {
  const { notification_webhook_secret: secret } = await read();
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
  expect(await read(rita)).toMatchObject({
    notification_webhook: `${new URL(stack.handles.receiver).origin}/***`,
    notification_webhook_secret: 'whsec_***',
  });
  await stack.behaviour([{ path: PATH, status: 503, headers: { 'retry-after': '1' }, times: 1 }]);
  await report(3);
  const [first, second] = await eventually(
    async () => {
      const messages = await received();
      return messages.length === 2 ? messages : undefined;
    },
    'the retry has come',
    120_000,
  );
  if (first === undefined || second === undefined) throw new Error('two messages were expected');
  expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
  for (const { body, headers } of [first, second])
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      version: 1,
      type: 'security_gate.changed',
      data: { gate: { to: 'failed' } },
    });
});

it('rotates its secret with an overlap, keeps it for the same URL, and gets another for another URL', async () => {
  const before = await read();
  const rotated = await change({ notification_webhook_secret: 'rotate' });
  expect(rotated.notification_webhook_secret).not.toBe(before.notification_webhook_secret);
  const again = await change({ notification_webhook: before.notification_webhook });
  expect(again.notification_webhook_secret).toBe(rotated.notification_webhook_secret);
  await stack.clearMessages();
  const test = await stack.api('POST', `${url}/test_notification?channel=webhook`, { token: olivia });
  expect(test).toMatchObject({ status: 200, json: { results: [{ channel: 'webhook', outcome: 'sent' }] } });
  const [message] = await received();
  if (message === undefined) throw new Error('no message');
  for (const { notification_webhook_secret: secret } of [before, rotated])
    expect(new Webhook(secret).verify(message.body, message.headers)).toMatchObject({ type: 'test.sent' });
  const moved = await change({ notification_webhook: `${before.notification_webhook}/moved` });
  expect(moved.notification_webhook_secret).not.toBe(rotated.notification_webhook_secret);
  await change({ notification_webhook: before.notification_webhook });
  const chosen = { token: olivia, body: { notification_webhook_secret: 'whsec_chosen' } };
  expect(await stack.api('PATCH', url, chosen)).toMatchObject({ status: 400 });
});

it('is disabled by 410, until it is set again', async () => {
  await stack.behaviour([{ path: PATH, status: 410, times: 1 }]);
  await report(0);
  await eventually(async () => (await read()).broken_channels.length > 0, 'the channel is broken', 60_000);
  expect((await read()).broken_channels).toMatchObject([{ channel: 'webhook' }]);
  await stack.clearMessages();
  await report(3);
  await stack.atRest(60_000, { ignoreWaiting: true });
  expect(await received()).toEqual([]);
  const { notification_webhook } = await read();
  expect((await change({ notification_webhook })).broken_channels).toEqual([]);
  await report(0);
  await eventually(async () => (await received()).length === 1, 'the next event comes', 60_000);
});

it('leaves neither URL nor secret in items, queues or logs', async () => {
  const { notification_webhook_secret: secret } = await read();
  const { calls } = await stack.calls();
  const places = new Map([
    ['the table', JSON.stringify(await stack.rawItems())],
    ['the queues', calls.flatMap(({ messages }) => messages).join('\n')],
    ...stack.logs(),
  ]);
  const texts = [PATH.split('/').at(-1) ?? '', secret.slice('whsec_'.length)];
  expect([...places].filter(([, text]) => texts.some((part) => text.includes(part))).map(([place]) => place)).toEqual(
    [],
  );
});
