import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventually } from '../eventually.ts';
import { startTestStack, type TestStack } from '../stack.ts';

let stack: TestStack;
let admin: string;
let olivia: string;
let product: string;

const Created = z.object({ id: z.string() });
const Product = z.object({ broken_channels: z.array(z.unknown()) });
const Answer = z.object({ results: z.array(z.looseObject({ channel: z.string(), outcome: z.string() })) });

beforeAll(async () => {
  stack = await startTestStack();
  [admin, olivia] = await Promise.all([stack.token('alice', { admin: true }), stack.token('olivia')]);
  const settings = { email_from: 'gate@example.org', exception_slack_webhook: `${stack.handles.receiver}/ops/slack` };
  expect(await stack.api('PATCH', '/api/settings', { token: admin, body: settings })).toMatchObject({ status: 200 });
  const body = {
    name: 'Shop',
    notification_email_to: 'bob@example.org',
    notification_ms_teams_webhook: `${stack.handles.receiver}/shop/teams`,
    notification_slack_webhook: `${stack.handles.receiver}/shop/slack`,
  };
  product = Created.parse((await stack.api('POST', '/api/products', { token: olivia, body })).json).id;
});
afterAll(() => stack.stop());

const test = async (path: string, token: string) => {
  const { status, json } = await stack.api('POST', path, { token });
  expect(status).toBe(200);
  return Answer.parse(json).results;
};
const ofProduct = (channel = '') =>
  test(`/api/products/${product}/test_notification${channel && `?channel=${channel}`}`, olivia);

describe('a test message', () => {
  it('goes straight to each channel of a product, and leaves no notification', async () => {
    expect(await ofProduct()).toMatchObject([
      { channel: 'email', target: 'bob@example.org', outcome: 'sent', status: 200 },
      { channel: 'ms_teams', outcome: 'sent', status: 202, answer: null },
      { channel: 'slack', outcome: 'sent', status: 200, answer: 'ok' },
    ]);
    expect(await stack.mail()).toMatchObject([
      { subject: 'Test: notifications for Shop arrive here', destination: { to: ['bob@example.org'] } },
    ]);
    expect(await stack.messages('/shop/teams')).toHaveLength(1);
    expect(await stack.messages('/shop/slack')).toHaveLength(1);
    const { json } = await stack.api('GET', '/api/notifications', { token: admin });
    expect(json).toMatchObject({ results: [] });
  });

  it('shows what a channel refused, and then that it works', async () => {
    await stack.behaviour([{ path: '/shop/slack', status: 404, body: 'no_service', times: 1 }]);
    expect(await ofProduct('slack')).toMatchObject([
      { outcome: 'failed', status: 404, answer: 'no_service', reason: expect.stringContaining('removed') },
    ]);
    expect(await ofProduct('slack')).toMatchObject([{ outcome: 'sent', status: 200, answer: 'ok', reason: null }]);
  });

  it('mends a channel that was broken', async () => {
    const broken = async () =>
      Product.parse((await stack.api('GET', `/api/products/${product}`, { token: olivia })).json).broken_channels;
    await stack.behaviour([{ path: '/shop/teams', status: 404, body: '', times: 1 }]);
    const counts = { critical: 1, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
    const scan = { token: olivia, body: counts };
    expect(await stack.api('PUT', `/api/products/${product}/observation_counts`, scan)).toMatchObject({ status: 200 });
    await eventually(async () => (await broken()).length === 1, 'the channel counts as broken', 20_000);
    // The messages of the gate are through: they take none of the answers that later tests script.
    await stack.atRest();
    expect(await ofProduct('ms_teams')).toMatchObject([{ outcome: 'sent' }]);
    expect(await broken()).toEqual([]);
  });

  it('answers without a target that hangs, and sends to the others', async () => {
    await stack.behaviour([{ path: '/shop/slack', status: 200, body: 'ok', delay_ms: 3_600_000, times: 1 }]);
    expect(await ofProduct()).toMatchObject([
      { channel: 'email', outcome: 'sent' },
      { channel: 'ms_teams', outcome: 'sent' },
      { channel: 'slack', outcome: 'failed', status: null, answer: null, reason: 'No answer within 10 s' },
    ]);
  });

  it('goes to the channels of exceptions for administrators only', async () => {
    const path = '/api/settings/test_notification';
    expect(await test(path, admin)).toMatchObject([{ channel: 'slack', outcome: 'sent', answer: 'ok' }]);
    expect(JSON.stringify(await stack.messages('/ops/slack'))).toContain('Test: exceptions arrive here');
    expect(await stack.api('POST', path, { token: olivia })).toMatchObject({ status: 403 });
  });

  it('is refused to users who are no maintainers', async () => {
    const path = `/api/products/${product}`;
    const token = await stack.token('rita');
    const rita = { token: olivia, body: { role: 'upload' } };
    expect(await stack.api('POST', `${path}/test_notification`, { token })).toMatchObject({ status: 404 });
    expect(await stack.api('PUT', `${path}/members/rita`, rita)).toMatchObject({ status: 200 });
    await stack.clearMessages();
    expect(await stack.api('POST', `${path}/test_notification`, { token })).toMatchObject({ status: 403 });
    expect(await stack.messages()).toEqual([]);
  });
});

it('logs the user and the channels, and no address', () => {
  const log = stack.log('test-notifications');
  expect(log).toContain('Channels tested');
  expect(log).not.toMatch(/bob@example|shop\/slack/);
});
