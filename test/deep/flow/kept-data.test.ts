import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import * as z from 'zod';
import { callQueue } from '../../../packages/cdk-local/src/sources/sqs-calls.ts';
import { eventually } from '../../eventually.ts';
import { startTestStack, type TestStack } from '../../stack.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'gatebell-kept-data-'));
let stack: TestStack | undefined;
afterAll(async () => {
  await stack?.stop();
  rmSync(dataDirectory, { recursive: true });
});

const HOUR_MS = 3_600_000;
const created = z.object({ id: z.string() });
const FAILING = { critical: 3, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };

const started = async (): Promise<TestStack> => {
  stack = await startTestStack({ dataDirectory });
  return stack;
};

const productOf = async (of: TestStack, name: string): Promise<string> => {
  const token = await of.token('alice', { admin: true });
  const body = { name, notification_slack_webhook: `${of.handles.receiver}/${name}` };
  return created.parse((await of.api('POST', '/api/products', { token, body })).json).id;
};

const failGate = async (of: TestStack, id: string): Promise<void> => {
  const token = await of.token('alice', { admin: true });
  const answer = await of.api('PUT', `/api/products/${id}/observation_counts`, { token, body: FAILING });
  expect(answer.status).toBe(200);
};

const queue = ({ handles }: TestStack, url: string | null) => callQueue(handles.sqs, url ?? '');
const deliveries = (of: TestStack) => queue(of, of.handles.delivery_queue);
const deadLetters = (of: TestStack) => queue(of, of.handles.delivery_dead_letter_queue);

it('a stack that is killed goes on with its data where it was', async () => {
  const first = await started();
  const [queued, unread] = [await productOf(first, 'queued'), await productOf(first, 'unread')];
  await first.atRest();
  await first.pause('dispatcher');
  await failGate(first, queued);
  await eventually(async () => (await deliveries(first).depth()).invisible === 1, 'a message is in flight');
  await first.pause('fan-out');
  await failGate(first, unread);
  await deadLetters(first).send('{"kept":"dead letter"}');
  const exit = once(first.process, 'exit');
  first.process.kill('SIGKILL');
  await exit;

  const second = await started();
  const { receiver, mail } = second.handles;
  expect({ receiver, mail }).toEqual({ receiver: first.handles.receiver, mail: first.handles.mail });
  // What the function had not read from the stream comes at once; what was in flight, when its time is over.
  await eventually(async () => (await second.messages('/unread')).length === 1, 'the unread record', 30_000);
  const depth = { visible: 0, delayed: 0, invisible: 1 };
  await eventually(async () => isDeepStrictEqual(await deliveries(second).depth(), depth), 'one is in flight', 30_000);
  expect(await second.messages('/queued')).toEqual([]);
  expect(await deadLetters(second).depth()).toMatchObject({ visible: 1 });
  await second.clock(HOUR_MS);
  await eventually(async () => (await second.messages('/queued')).length === 1, 'the queued message', 30_000);
  await second.atRest(30_000);
  await second.stop();

  const third = await started();
  await third.atRest(30_000);
  expect(await third.messages()).toEqual([]);
  expect((await deadLetters(third).receive({ count: 1, waitSeconds: 0 })).map(({ Body }) => Body)).toEqual([
    '{"kept":"dead letter"}',
  ]);
});

it('items expire, and records leave the stream, by the moved clock', async () => {
  await stack?.stop();
  stack = await startTestStack();
  const running = stack;
  const held = await productOf(running, 'held');
  const token = await running.token('importer', { scope: 'exceptions' });
  const body = { exception_class: 'ParseError', message: 'no report', function: 'importer', arguments: {} };
  expect((await running.api('POST', '/api/exceptions', { token, body })).status).toBe(201);
  await running.atRest(30_000);
  const expiring = (await running.items()).filter((item) => item['expires_at'] !== undefined);
  expect(expiring).not.toEqual([]);
  const failing = ['PutItem', 'TransactWriteItems'].map((action) => ({ function: 'gate-trigger', action, nth: 1 }));
  await running.faults(failing.map((rule) => ({ ...rule, do: 'error', times: 1_000 })));
  await failGate(running, held);
  await eventually(() => running.log('stack').includes('failed a batch'), 'the record waits for its next try', 30_000);

  const last = Math.max(...expiring.map((item) => Number(item['expires_at'])));
  await running.clock(last * 1000 - Date.now() + HOUR_MS);
  await running.sweepTtl();
  const left = new Set((await running.items()).map((item) => `${item['pk']} ${item['sk']}`));
  expect(expiring.filter((item) => left.has(`${item['pk']} ${item['sk']}`))).toEqual([]);
  await eventually(() => running.log('stack').includes('RecordAgeExceeded'), 'the record is given up', 30_000);
  await eventually(() => running.log('gate-trigger').includes('TrimmedDataAccessException'), 'it is gone', 30_000);
  expect(await running.messages('/held')).toEqual([]);
});
