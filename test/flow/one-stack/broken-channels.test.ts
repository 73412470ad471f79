import { afterEach, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { eventually } from '../../eventually.ts';
import { useStack } from '../../use-stack.ts';

const stack = useStack();
let admin: string;

beforeAll(async () => {
  admin = await stack.token('alice', { admin: true });
});

afterEach(() => stack.behaviour([]));

const product = z.object({ id: z.string(), broken_channels: z.array(z.record(z.string(), z.string())) });
const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };

const report = async (id: string, critical: number) => {
  const call = { token: admin, body: { ...COUNTS, critical } };
  expect(await stack.api('PUT', `/api/products/${id}/observation_counts`, call)).toMatchObject({ status: 200 });
  await stack.atRest(30_000);
};

const brokenOf = async (id: string) =>
  product.parse((await stack.api('GET', `/api/products/${id}`, { token: admin })).json).broken_channels;

const reportedInTeams = async () =>
  (await stack.messages('/teams')).filter(({ body }) => JSON.stringify(body).includes('Slack of Gone is broken'));

it('a webhook that is gone is shown and reported once, fails at once, and recovers when it is changed', async () => {
  await stack.behaviour([{ path: '/gone', status: 404, body: 'no_service' }]);
  const body = {
    name: 'Gone',
    notification_slack_webhook: `${stack.handles.receiver}/gone`,
    notification_ms_teams_webhook: `${stack.handles.receiver}/teams`,
  };
  const { id } = product.parse((await stack.api('POST', '/api/products', { token: admin, body })).json);
  const before = new Date();
  await report(id, 3);
  const [broken, ...more] = await eventually(async () => {
    const found = await brokenOf(id);
    return found.length > 0 ? found : undefined;
  }, 'the channel shows as broken');
  expect(more).toEqual([]);
  expect(broken).toMatchObject({ channel: 'slack', reason: 'The webhook was removed or switched off (no_service)' });
  expect(Date.parse(broken?.['since'] ?? '')).toBeGreaterThanOrEqual(before.getTime() - 1_000);
  await eventually(async () => (await reportedInTeams()).length === 1, 'the other channel tells');

  await report(id, 0);
  const failed = (await stack.items()).filter(
    (item) => item['delivery_id'] === 'slack' && item['product_id'] === id && item['status'] === 'failed',
  );
  expect(failed).toHaveLength(2);
  expect(failed.some((item) => item['last_error']?.startsWith('Broken since'))).toBe(true);
  expect(await stack.messages('/gone')).toHaveLength(1);
  expect(await reportedInTeams()).toHaveLength(1);

  const mended = { token: admin, body: { notification_slack_webhook: `${stack.handles.receiver}/mended` } };
  expect(await stack.api('PATCH', `/api/products/${id}`, mended)).toMatchObject({ status: 200 });
  expect(await brokenOf(id)).toEqual([]);
  await report(id, 3);
  expect(await stack.messages('/mended')).toHaveLength(1);
});
