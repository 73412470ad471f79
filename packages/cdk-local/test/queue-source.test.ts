import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Sqs, startSqs } from '../src/engines/sqs.ts';
import { compileFilter } from '../src/sources/filter-pattern.ts';
import { type QueueSourceConfig, startQueueSource } from '../src/sources/queue-source.ts';
import { callQueue } from '../src/sources/sqs-calls.ts';
import { createQueue, queueArn, REGION, recordingFunction, sendMessage } from './engine-calls.ts';
import { eventually } from './eventually.ts';

const SqsEvent = z.object({
  Records: z.array(
    z.looseObject({ messageId: z.string(), body: z.string(), attributes: z.record(z.string(), z.string()) }),
  ),
});
type SqsEvent = z.output<typeof SqsEvent>;

let sqs: Sqs;
let name = '';
let queueUrl = '';
let offsetMs = 0;
let count = 0;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  sqs = await startSqs({ region: REGION });
});
afterAll(() => sqs.stop());
beforeEach(async () => {
  name = `queue-${++count}`;
  queueUrl = await createQueue(sqs.url, name, { VisibilityTimeout: '30' });
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const send = (body: string) => sendMessage(sqs.url, { QueueUrl: queueUrl, MessageBody: body });
const bodies = (event: SqsEvent) => event.Records.map((record) => record.body);

function passSeconds(seconds: number) {
  offsetMs += seconds * 1000;
  return sqs.setClockOffset(offsetMs);
}

/** To the time when what is invisible now has become visible. */
const passVisibilityTimeout = () => passSeconds(31);

async function start(
  behave: (event: SqsEvent, invocation: number) => unknown,
  config: Partial<QueueSourceConfig> = {},
) {
  const { deps, events, lines } = recordingFunction(SqsEvent, behave);
  const mapping = { functionId: 'fn', queueUrl, queueArn: queueArn(name), filters: [], reportBatchItemFailures: true };
  const source = await startQueueSource({ ...mapping, ...config }, { ...deps, sqsUrl: sqs.url });
  stops.push(source.stop);
  return { source, events, lines };
}

test('a message comes as Lambda gives it, and is deleted when the function has taken it', async () => {
  await send('{"a":1}');
  const { source, events } = await start(() => null);
  await eventually(() => events.length === 1, 'the invocation');
  expect(events[0]?.Records).toEqual([
    {
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: '{"a":1}',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {},
      md5OfBody: 'bb6cb5c68df4652941caf652a366f2d8',
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn(name),
      awsRegion: REGION,
    },
  ]);
  await eventually(() => source.isIdle(), 'the source is idle');
  expect(await source.depth()).toEqual({ visible: 0, delayed: 0, invisible: 0 });
});

test('only messages that the function reports as failed come again after the visibility timeout', async () => {
  for (const body of ['good', 'bad', 'fine']) await send(body);
  const failBad = ({ Records }: SqsEvent, invocation: number) => ({
    batchItemFailures: Records.filter(({ body }) => invocation === 1 && body === 'bad').map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  });
  const { source, events } = await start(failBad);
  await eventually(async () => (await source.isIdle()) && events.length === 1, 'the first round');
  expect(await source.depth()).toEqual({ visible: 0, delayed: 0, invisible: 1 });
  await passVisibilityTimeout();
  await eventually(() => events.length === 2, 'the redelivery');
  expect(events.map(bodies)).toEqual([['good', 'bad', 'fine'], ['bad']]);
  expect(events[1]?.Records[0]?.attributes['ApproximateReceiveCount']).toBe('2');
});

describe('the whole batch comes again', () => {
  test.each([
    ['throws', () => Promise.reject(new Error('boom'))],
    ['answers without identifiers', () => ({ batchItemFailures: [{ messageId: 'x' }] })],
    ['names an unknown message', () => ({ batchItemFailures: [{ itemIdentifier: 'unknown' }] })],
    ['names an empty identifier', () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
    ['answers with something else', () => 'done'],
  ])('when the function %s', async (_what, answer) => {
    await send('one');
    await send('two');
    const { source, events } = await start((_event, invocation) => (invocation === 1 ? answer() : undefined));
    await eventually(async () => events.length === 1 && (await source.isIdle()), 'the failure');
    expect((await source.depth()).invisible).toBe(2);
    await passVisibilityTimeout();
    await eventually(() => events.length === 2, 'the redelivery');
    expect(events.map((event) => bodies(event).toSorted())).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
    await eventually(async () => (await source.depth()).invisible === 0, 'the deletion');
  });
});

test.each([
  ['nothing', undefined],
  ['an empty list', { batchItemFailures: [] }],
  ['no list', { batchItemFailures: null }],
  ['another object', { statusCode: 200 }],
])('%s as the answer is a success', async (_what, answer) => {
  await send('one');
  const { source, events } = await start(() => answer);
  await eventually(async () => events.length === 1 && (await source.isIdle()), 'the source is idle');
  expect((await source.depth()).invisible).toBe(0);
});

test('without ReportBatchItemFailures a partial answer is a success', async () => {
  await send('one');
  const report = ({ Records }: SqsEvent) => ({ batchItemFailures: [{ itemIdentifier: Records[0]?.messageId }] });
  const { source, events } = await start(report, { reportBatchItemFailures: false });
  await eventually(async () => events.length === 1 && (await source.isIdle()), 'the source is idle');
  expect((await source.depth()).invisible).toBe(0);
});

test('a message that keeps failing ends in the dead-letter queue', async () => {
  const deadUrl = await createQueue(sqs.url, `${name}-dead`);
  queueUrl = await createQueue(sqs.url, `${name}-live`, {
    VisibilityTimeout: '30',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(`${name}-dead`), maxReceiveCount: 2 }),
  });
  await send('poison');
  const { source, events } = await start(() => Promise.reject(new Error('boom')));
  for (const round of [1, 2]) {
    await eventually(async () => events.length === round && (await source.isIdle()), `failure ${round}`);
    await passVisibilityTimeout();
  }
  const dead = callQueue(sqs.url, deadUrl);
  await eventually(async () => (await dead.depth()).visible === 1, 'the message in the dead-letter queue');
  expect(events).toHaveLength(2);
});

test('messages that no filter lets through are deleted, plain text under a filter for JSON included', async () => {
  for (const body of ['{"kind":"recheck"}', '{"kind":"other"}', 'recheck']) await send(body);
  const filters = [compileFilter('{"body":{"kind":["recheck"]}}')];
  const { source, events } = await start(() => null, { filters });
  await eventually(async () => (await source.depth()).visible === 0 && (await source.isIdle()), 'the source is idle');
  expect(events.flatMap(bodies)).toEqual(['{"kind":"recheck"}']);
  expect((await source.depth()).invisible).toBe(0);
});

test('no more batches run at once than the mapping allows, and the others wait in the queue', async () => {
  for (let n = 0; n < 6; n++) await send(String(n));
  const gate = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const hold = async () => {
    most = Math.max(most, ++running);
    await gate.promise;
    running -= 1;
  };
  const { source, events } = await start(hold, { batchSize: 1, maximumConcurrency: 2 });
  await eventually(() => events.length === 2, 'two at once');
  expect(await source.depth()).toEqual({ visible: 4, delayed: 0, invisible: 2 });
  gate.resolve();
  await eventually(() => events.length === 6, 'all of them');
  expect(most).toBe(2);
});

test('a batching window gathers messages up to the batch size', async () => {
  const { events } = await start(() => null, { batchSize: 15, maximumBatchingWindowSeconds: 20 });
  for (let n = 0; n < 15; n++) await send(String(n));
  await eventually(() => events.length === 1, 'one full batch, before the window ends');
  expect(events[0]?.Records).toHaveLength(15);
});

test('moving the clock makes a delayed message visible', async () => {
  await sendMessage(sqs.url, { QueueUrl: queueUrl, MessageBody: 'later', DelaySeconds: 900 });
  const { source, events } = await start(() => null);
  await eventually(() => source.isIdle(), 'the source is idle, as a delayed message is no work yet');
  expect(await source.depth()).toEqual({ visible: 0, delayed: 1, invisible: 0 });
  await passSeconds(899);
  await eventually(() => source.isIdle(), 'the source is idle');
  expect(events).toEqual([]);
  await passSeconds(2);
  await eventually(() => events.length === 1, 'the message');
});

test('a stopped source takes nothing more, and stops fast', async () => {
  const { source, events } = await start(() => null);
  const started = performance.now();
  await source.stop();
  expect(performance.now() - started).toBeLessThan(1000);
  await send('late');
  expect(await source.depth()).toEqual({ visible: 1, delayed: 0, invisible: 0 });
  expect(events).toEqual([]);
});

test('a source of a queue that does not exist does not start', async () => {
  queueUrl = `${sqs.url}/000000000000/nowhere`;
  await expect(start(() => null)).rejects.toThrow('QueueDoesNotExist');
});
