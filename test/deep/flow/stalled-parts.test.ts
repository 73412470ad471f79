import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callQueue } from '../../../packages/cdk-local/src/sources/sqs-calls.ts';
import { eventually } from '../../eventually.ts';
import { startTestStack, type TestStack } from '../../stack.ts';

const PERIOD_MS = 300_000;

let stack: TestStack;
let offsetMs = 0;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const beginning = async (sk: string) => (await stack.items()).find((item) => item['sk'] === sk)?.['heartbeat_at'] ?? '';

/** Moves the clock by one period of the alarms. */
const step = async () => {
  offsetMs += PERIOD_MS;
  await stack.clock(offsetMs);
};

/** A period in which the sweeper began a heartbeat. */
const stepWithSweeper = async () => {
  const before = await beginning('HEARTBEAT');
  await step();
  await eventually(async () => (await beginning('HEARTBEAT')) > before, 'the sweeper has run', 30_000);
};

/** A period in which all that works has done its work. */
const healthyStep = async () => {
  await stepWithSweeper();
  await stack.atRest(30_000);
};

const raised = async () => [...(await stack.alarms())].filter(([, state]) => state === 'ALARM').map(([name]) => name);

/** Alarms that end with the next datapoint; the others stay raised for an hour after what a test before did. */
const LIVENESS = ['heartbeat', 'sweeper-invocations'];
const stopped = async () => (await raised()).filter((name) => LIVENESS.includes(name)).toSorted();

const untilAlive = async () => {
  for (let periods = 0; (await stopped()).length > 0; periods += 1) {
    expect(periods).toBeLessThan(10);
    await healthyStep();
  }
};

const FOUR_PERIODS = [1, 2, 3, 4];

beforeEach(untilAlive);
afterEach(async () => {
  await stack.denials([]);
  for (const name of ['gate-trigger', 'fan-out', 'dispatcher', 'background', 'sweeper']) await stack.resume(name);
});

it('a stack that works raises no alarm, and its heartbeat passes in seconds', async () => {
  for (const _ of FOUR_PERIODS) await healthyStep();
  expect(await raised()).toEqual([]);
  expect((await stack.alarms()).get('heartbeat')).toBe('OK');
  expect(stack.log('dispatcher')).toContain('"HeartbeatAge"');
});

describe('a disabled mapping raises the alarm, which ends when it is enabled', () => {
  it.each(['gate-trigger', 'fan-out', 'dispatcher'])('of %s', async (name) => {
    await stack.pause(name);
    for (const _ of FOUR_PERIODS) await stepWithSweeper();
    expect(await stopped()).toEqual(['heartbeat']);
    await stack.resume(name);
    await untilAlive();
  });
});

it('a disabled mapping of background raises the alarm on the age of its queue', async () => {
  await stack.disable('background');
  const token = await stack.token('olivia');
  const made = await stack.api('POST', '/api/products', { token, body: { name: 'Left behind' } });
  const { id } = z.object({ id: z.string() }).parse(made.json);
  await stack.api('DELETE', `/api/products/${id}`, { token });
  const jobs = callQueue(stack.handles.sqs, stack.handles.job_queue ?? '');
  await eventually(async () => (await jobs.depth()).visible > 0, 'a job waits', 30_000);
  expect(await raised()).not.toContain('background-queue-age');
  // An hour, a period in which the age is sampled, and one in which it is evaluated.
  for (let minutes = 0; minutes <= 60; minutes += 5) await step();
  await raised();
  await step();
  expect(await raised()).toContain('background-queue-age');
  await stack.resume('background');
  await eventually(async () => (await jobs.depth()).visible === 0, 'the job is done', 30_000);
});

it('a disabled schedule of the sweeper raises its alarm and that of the heartbeat', async () => {
  await stack.pause('sweeper');
  for (const _ of FOUR_PERIODS) await step();
  expect(await stopped()).toEqual(LIVENESS);
});

describe('a missing permission raises the alarm', () => {
  it.each([
    ['sweeper', 'dynamodb:PutItem'],
    ['gate-trigger', 'dynamodb:PutItem'],
    ['fan-out', 'sqs:SendMessage'],
  ])('of %s for %s', async (name, action) => {
    await stack.denials([{ function: name, action }]);
    for (const _ of FOUR_PERIODS) await step();
    await eventually(async () => (await stopped()).includes('heartbeat'), 'the alarm', 30_000);
  });
});
