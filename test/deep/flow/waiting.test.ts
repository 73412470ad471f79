import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { inChunks } from '../../../core/platform/chunks.ts';
import { callQueue } from '../../../packages/cdk-local/src/sources/sqs-calls.ts';
import { eventually } from '../../eventually.ts';
import { startTestStack, type TestStack } from '../../stack.ts';

/** Messages of a queue in flight at which SQS stops; 120,000 on AWS. */
const LIMIT = 20;
const WAITING = 10 * LIMIT;

let stack: TestStack;
let admin: string;

beforeAll(async () => {
  stack = await startTestStack({ options: ['--in-flight-limit', String(LIMIT)] });
  admin = await stack.token('alice', { admin: true, scope: 'exceptions' });
});
afterAll(() => stack?.stop());

const created = z.object({ id: z.string() });

const waiting = async () =>
  (await stack.items()).filter(
    ({ delivery_id, source, status }) =>
      delivery_id === 'slack' && source === 'settings' && /pending|retrying/.test(status ?? ''),
  );

it('more waits for one target than a queue can have in flight, and the others are sent to', async () => {
  const settings = { exception_slack_webhook: `${stack.handles.receiver}/throttles` };
  expect(await stack.api('PATCH', '/api/settings', { token: admin, body: settings })).toMatchObject({ status: 200 });
  await stack.behaviour([{ path: '/throttles', status: 429, headers: { 'retry-after': '36000' } }]);
  const report = (n: number) => {
    const body = { exception_class: 'ParseError', message: 'm', function: 'f', fingerprint: `${n}` };
    return stack.api('POST', '/api/exceptions', { token: admin, body });
  };
  // Few at once, so that they are fanned out in many batches, each with a message of its own.
  const numbers = Array.from({ length: WAITING }, (_, n) => n);
  for (const some of inChunks(numbers, 4)) {
    const answers = await Promise.all(some.map(report));
    expect(answers.map(({ status }) => status)).toEqual(some.map(() => 201));
  }
  await eventually(async () => (await waiting()).length === WAITING, 'all wait', 60_000);
  await stack.atRest(60_000, { ignoreWaiting: true });
  const { sqs, delivery_queue } = stack.handles;
  expect(await callQueue(sqs, delivery_queue ?? '').depth()).toEqual({ visible: 0, delayed: 0, invisible: 0 });

  const body = { name: 'Due', notification_slack_webhook: `${stack.handles.receiver}/due` };
  const { id } = created.parse((await stack.api('POST', '/api/products', { token: admin, body })).json);
  const counts = { critical: 1, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
  await stack.api('PUT', `/api/products/${id}/observation_counts`, { token: admin, body: counts });
  await eventually(async () => (await stack.messages('/due')).length === 1, 'the other target has its message', 60_000);
  expect(await waiting()).toHaveLength(WAITING);
});
