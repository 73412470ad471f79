import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callAwsJson } from '../src/engines/aws-json.ts';
import { type Sqs, startSqs } from '../src/engines/sqs.ts';
import { startQueueSource } from '../src/sources/queue-source.ts';
import { callQueue } from '../src/sources/sqs-calls.ts';
import { createQueue, queueArn, REGION, recordingFunction, sendMessage } from './engine-calls.ts';
import { eventually } from './eventually.ts';

const LIMIT = 3;

let sqs: Sqs;
let count = 0;
let name = '';
let QueueUrl = '';
let offsetMs = 0;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  sqs = await startSqs({ region: REGION, inFlightLimit: LIMIT });
});
afterAll(() => sqs.stop());
beforeEach(async () => {
  name = `limited-${++count}`;
  QueueUrl = await createQueue(sqs.url, name, { VisibilityTimeout: '30' });
  for (const MessageBody of ['1', '2', '3', '4', '5']) await sendMessage(sqs.url, { QueueUrl, MessageBody });
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const queue = () => callQueue(sqs.url, QueueUrl);
const receive = (waitSeconds = 0) => queue().receive({ count: 10, waitSeconds });

const passSeconds = (seconds: number) => {
  offsetMs += seconds * 1_000;
  return sqs.setClockOffset(offsetMs);
};

const hide = (ReceiptHandle: string, VisibilityTimeout: number) =>
  callAwsJson({
    url: sqs.url,
    target: 'AmazonSQS.ChangeMessageVisibility',
    body: { QueueUrl, ReceiptHandle, VisibilityTimeout },
    answer: z.unknown(),
  });

describe('a queue with as many messages in flight as it may have', () => {
  test('hands out no more: a short poll fails, and a long one gets nothing', async () => {
    expect(await receive()).toHaveLength(LIMIT);
    expect(await queue().depth()).toEqual({ visible: 2, delayed: 0, invisible: LIMIT });
    await expect(receive()).rejects.toThrow('OverLimit');
    expect(await receive(0.05)).toEqual([]);
  });

  test('hands out one for each that is deleted, and all when they are visible again', async () => {
    const received = await receive();
    await queue().delete(received.slice(0, 1));
    expect(await receive()).toHaveLength(1);
    await expect(receive()).rejects.toThrow('OverLimit');
    await passSeconds(31);
    expect(await receive()).toHaveLength(LIMIT);
  });

  test('counts those that are hidden for hours', async () => {
    for (const { ReceiptHandle } of await receive()) await hide(ReceiptHandle, 43_200);
    await passSeconds(43_000);
    await expect(receive()).rejects.toThrow('OverLimit');
    await passSeconds(201);
    expect(await receive()).toHaveLength(LIMIT);
  });

  test('feeds no function, though it has places free, until a message is done or visible again', async () => {
    const Event = z.object({ Records: z.array(z.looseObject({ messageId: z.string(), body: z.string() })) });
    const failing = new Set(['1', '2', '3']);
    const behave = ({ Records }: z.output<typeof Event>) => ({
      batchItemFailures: Records.filter(({ body }) => failing.has(body)).map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    });
    const { deps, events } = recordingFunction(Event, behave);
    const mapping = { functionId: 'fn', queueUrl: QueueUrl, queueArn: queueArn(name), filters: [], batchSize: 1 };
    const source = await startQueueSource(
      { ...mapping, reportBatchItemFailures: true, maximumConcurrency: 5 },
      { ...deps, sqsUrl: sqs.url },
    );
    stops.push(source.stop);
    await eventually(() => events.length === LIMIT, 'three are in flight');
    // Its polls get nothing: two long ones that began later ended so.
    for (let poll = 0; poll < 2; poll += 1) expect(await receive(0.2)).toEqual([]);
    expect(events).toHaveLength(LIMIT);
    expect(await source.depth()).toEqual({ visible: 2, delayed: 0, invisible: LIMIT });
    failing.clear();
    await passSeconds(31);
    await eventually(async () => (await source.depth()).visible === 0 && (await source.isIdle()), 'all are done');
    expect(await source.depth()).toEqual({ visible: 0, delayed: 0, invisible: 0 });
  });
});

test('another queue is not concerned', async () => {
  await receive();
  QueueUrl = await createQueue(sqs.url, `${name}-other`);
  await sendMessage(sqs.url, { QueueUrl, MessageBody: 'x' });
  expect(await receive()).toHaveLength(1);
});

test('without a limit of its own, a queue hands out more', async () => {
  const other = await startSqs({ region: REGION });
  stops.push(other.stop);
  QueueUrl = await createQueue(other.url, name);
  for (let n = 0; n < 5; n += 1) await sendMessage(other.url, { QueueUrl, MessageBody: 'x' });
  const all = await callQueue(other.url, QueueUrl).receive({ count: 10, waitSeconds: 0 });
  expect(all).toHaveLength(5);
});

test('a queue that is not there is named in the answer', async () => {
  QueueUrl = `${sqs.url}/000000000000/nowhere`;
  await expect(receive()).rejects.toThrow('QueueDoesNotExist');
});

test('a message group on a standard queue is taken, one by one and in batches', async () => {
  QueueUrl = await createQueue(sqs.url, `${name}-groups`);
  await sendMessage(sqs.url, { QueueUrl, MessageBody: 'a', MessageGroupId: 'g' });
  const Entries = [{ Id: '0', MessageBody: 'b', MessageGroupId: 'g', DelaySeconds: 0 }];
  const answer = z.object({ Successful: z.array(z.unknown()).length(1) });
  await callAwsJson({ url: sqs.url, target: 'AmazonSQS.SendMessageBatch', body: { QueueUrl, Entries }, answer });
  expect((await receive()).map(({ Body }) => Body)).toEqual(['a', 'b']);
});
