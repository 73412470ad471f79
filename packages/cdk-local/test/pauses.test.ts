import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Sqs, startSqs } from '../src/engines/sqs.ts';
import { createPauses } from '../src/pauses.ts';
import { startQueueSource } from '../src/sources/queue-source.ts';
import { createQueue, queueArn, REGION, recordingFunction, sendMessage } from './engine-calls.ts';
import { eventually } from './eventually.ts';

const Batch = z.looseObject({ Records: z.array(z.looseObject({ attributes: z.record(z.string(), z.string()) })) });

let sqs: Sqs;
beforeAll(async () => {
  sqs = await startSqs({ region: REGION });
});
afterAll(() => sqs.stop());

/** A mapping whose function takes every message, with a message in its queue. */
const started = async (name: string, hold: 'pause' | 'disable' | 'throttle') => {
  const queueUrl = await createQueue(sqs.url, name, { VisibilityTimeout: '30' });
  const pauses = createPauses();
  pauses.hold('fn', hold);
  const { deps, events } = recordingFunction(Batch, () => null);
  const source = await startQueueSource(
    { functionId: 'fn', queueUrl, queueArn: queueArn(name), filters: [], reportBatchItemFailures: true },
    { ...deps, invoke: pauses.guard(deps.invoke), enabled: pauses.enabled, sqsUrl: sqs.url },
  );
  await sendMessage(sqs.url, { QueueUrl: queueUrl, MessageBody: '{}' });
  const isInFlight = async () => (await source.depth()).invisible === 1;
  const stop = async () => {
    pauses.resumeAll();
    await source.stop();
  };
  return { source, events, pauses, isInFlight, stop };
};

const receipts = (events: readonly z.output<typeof Batch>[]) =>
  events[0]?.Records[0]?.attributes['ApproximateReceiveCount'];

test('a paused function keeps what its sources have received', async () => {
  const { events, pauses, isInFlight, stop } = await started('paused', 'pause');
  await eventually(isInFlight, 'the message is in flight');
  expect(events).toEqual([]);
  pauses.resume('fn');
  await eventually(() => events.length === 1, 'the invocation');
  await stop();
});

test('a disabled mapping receives nothing until it is enabled', async () => {
  const { source, events, pauses, stop } = await started('disabled', 'disable');
  await sqs.setClockOffset(100_000);
  expect(await source.depth()).toEqual({ visible: 1, delayed: 0, invisible: 0 });
  pauses.resume('fn');
  await eventually(() => events.length === 1, 'the invocation');
  expect(receipts(events)).toBe('1');
  await stop();
});

test('a throttled message comes again after the visibility timeout, and its receipts count', async () => {
  const { events, pauses, isInFlight, source, stop } = await started('throttled', 'throttle');
  await eventually(async () => (await isInFlight()) && (await source.isIdle()), 'the first receipt');
  expect(events).toEqual([]);
  pauses.resume('fn');
  await sqs.setClockOffset(200_000);
  await eventually(() => events.length === 1, 'the invocation');
  expect(receipts(events)).toBe('2');
  await stop();
});
