import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { callQueue } from '../../../packages/cdk-local/src/sources/sqs-calls.ts';
import { eventually } from '../../eventually.ts';
import { startTestStack, type TestStack } from '../../stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const madeSchema = z.object({ id: z.string() });

/** Longer than the visibility timeout of jobs, six times their function's two minutes. */
const ROUND_MS = 13 * 60_000;
/** More than three hours without a free execution. */
const ROUNDS = 15;

const leftovers = async (productId: string) => (await stack.items()).filter(({ pk }) => pk?.includes(productId));

it('a job that Lambda receives for hours without a free execution is not a dead letter, and runs when there is one', async () => {
  const token = await stack.token('olivia');
  const { id } = madeSchema.parse(
    (await stack.api('POST', '/api/products', { token, body: { name: 'Starved' } })).json,
  );
  await stack.atRest(30_000);
  await stack.throttle('background');
  await stack.api('DELETE', `/api/products/${id}`, { token });
  const jobs = callQueue(stack.handles.sqs, stack.handles.job_queue ?? '');
  const isRefused = (times: number) => () =>
    (stack.logs().get('stack.log') ?? '').split('\n').filter((line) => line.includes('no execution is free')).length >=
    times;
  for (let round = 1; round <= ROUNDS; round += 1) {
    await eventually(isRefused(round), `the job was refused ${round} times`, 30_000);
    await stack.clock(round * ROUND_MS);
  }
  expect((await stack.alarms()).get('background-queue-dead-letters')).toBe('OK');
  expect(await leftovers(id)).not.toEqual([]);
  await stack.resume('background');
  await stack.clock((ROUNDS + 1) * ROUND_MS);
  await eventually(async () => (await leftovers(id)).length === 0, 'the job ran', 30_000);
  await eventually(async () => (await jobs.depth()).invisible === 0, 'the job is acknowledged', 30_000);
});
