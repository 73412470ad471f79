import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { inChunks } from '../../../core/platform/chunks.ts';
import { eventually } from '../../eventually.ts';
import { startTestStack, type TestStack } from '../../stack.ts';

/** Messages of a queue in flight at which SQS stops; 120,000 on AWS. */
const LIMIT = 1_200;
const WAITING = 2_000;

let stack: TestStack;
let admin: string;

beforeAll(async () => {
  stack = await startTestStack({ options: ['--in-flight-limit', String(LIMIT)] });
  admin = await stack.token('alice', { admin: true, scope: 'exceptions' });
});
afterAll(() => stack.stop());

const created = z.object({ id: z.string() });

const rowsOf = async (target: (item: Readonly<Record<string, string>>) => boolean) =>
  (await stack.items()).filter((item) => item['delivery_id'] === 'slack' && target(item));

it('more waits for one target than a queue can have in flight, and the others are sent to', async () => {
  const settings = { exception_slack_webhook: `${stack.handles.receiver}/throttles` };
  expect(await stack.api('PATCH', '/api/settings', { token: admin, body: settings })).toMatchObject({ status: 200 });
  await stack.behaviour([{ path: '/throttles', status: 429, headers: { 'retry-after': '36000' } }]);
  const report = (n: number) => {
    const body = { exception_class: `E${n}`, message: 'm', function: 'f', fingerprint: `${n}` };
    return stack.api('POST', '/api/exceptions', { token: admin, body });
  };
  for (const numbers of inChunks(
    Array.from({ length: WAITING }, (_, n) => n),
    50,
  )) {
    const answers = await Promise.all(numbers.map(report));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
  }
  const waiting = () => rowsOf(({ source, status }) => source === 'settings' && /pending|retrying/.test(status ?? ''));
  await eventually(async () => (await waiting()).length === WAITING, 'all wait');

  const body = { name: 'Due', notification_slack_webhook: `${stack.handles.receiver}/due` };
  const { id } = created.parse((await stack.api('POST', '/api/products', { token: admin, body })).json);
  const counts = { critical: 1, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
  await stack.api('PUT', `/api/products/${id}/observation_counts`, { token: admin, body: counts });
  await eventually(async () => (await stack.messages('/due')).length === 1, 'the other target has its message');
  expect(await waiting()).toHaveLength(WAITING);
});
