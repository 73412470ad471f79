import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Dynamodb, startDynamodb } from '../src/engines/dynamodb.ts';
import { type Sqs, startSqs } from '../src/engines/sqs.ts';
import { areIdle } from '../src/sources/event-source.ts';
import { compileFilter } from '../src/sources/filter-pattern.ts';
import { callQueue } from '../src/sources/sqs-calls.ts';
import { storedPositions } from '../src/sources/stream-positions.ts';
import { type StreamSourceConfig, type StreamSourceDeps, startStreamSource } from '../src/sources/stream-source.ts';
import { createQueue, createTable, putItem, REGION, recordingFunction } from './engine-calls.ts';
import { eventually } from './eventually.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const StreamEvent = z.object({
  Records: z.array(
    z.looseObject({
      dynamodb: z.looseObject({
        Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
        SequenceNumber: z.string(),
      }),
    }),
  ),
});
type StreamEvent = z.output<typeof StreamEvent>;

let dynamodb: Dynamodb;
let sqs: Sqs;
let tableName = '';
let count = 0;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  dynamodb = await startDynamodb({ sweepIntervalMs: 3_600_000, log() {} });
  sqs = await startSqs({ region: REGION });
});
afterAll(async () => {
  await Promise.all([dynamodb.stop(), sqs.stop()]);
});
beforeEach(async () => {
  tableName = `table-${++count}`;
  await createTable(dynamodb.url, tableName);
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const streamArn = () => `arn:aws:dynamodb:${REGION}:000000000000:table/${tableName}/stream/2026-01-01T00:00:00.000`;
const functionArn = `arn:aws:lambda:${REGION}:000000000000:function:fn`;

async function start(
  behave: (event: StreamEvent, invocation: number) => unknown,
  config: Partial<StreamSourceConfig> = {},
  now: () => Date = () => new Date(),
  stored: Pick<StreamSourceDeps, 'positions' | 'clockOffsetMs'> = {},
) {
  const { deps, events, lines } = recordingFunction(StreamEvent, behave);
  const source = await startStreamSource(
    {
      functionId: 'fn',
      functionArn,
      tableName,
      streamArn: streamArn(),
      startingPosition: 'TRIM_HORIZON',
      filters: [],
      reportBatchItemFailures: true,
      bisectBatchOnFunctionError: false,
      ...config,
    },
    { ...deps, now, dynamodbUrl: dynamodb.url, sqsUrl: sqs.url, ...stored },
  );
  stops.push(source.stop);
  return { source, events, lines };
}

const put = (pk: string, attributes: Record<string, Record<string, unknown>> = {}) =>
  putItem(dynamodb.url, tableName, { pk: { S: pk }, sk: { S: 'x' }, ...attributes });

async function putAll(...pks: string[]) {
  for (const pk of pks) await put(pk);
}

/** The partition keys of an event, as one word. */
const word = (event: StreamEvent) => event.Records.map((record) => record.dynamodb.Keys.pk.S).join('');
const report = (event: StreamEvent, ...pks: string[]) => ({
  batchItemFailures: event.Records.filter((record) => pks.includes(record.dynamodb.Keys.pk.S)).map((record) => ({
    itemIdentifier: record.dynamodb.SequenceNumber,
  })),
});
const boom = () => Promise.reject(new Error('boom'));

describe('a record', () => {
  test('comes as Lambda gives it', async () => {
    await put('a', { n: { N: '1' } });
    await put('a', { n: { N: '2' } });
    const { events } = await start(() => null);
    await eventually(() => events.length === 1, 'the batch');
    const keys = { pk: { S: 'a' }, sk: { S: 'x' } };
    const image = (n: string) => ({ ...keys, n: { N: n } });
    const frame = {
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: REGION,
      eventSourceARN: streamArn(),
    };
    const data = {
      ApproximateCreationDateTime: expect.any(Number),
      Keys: keys,
      SequenceNumber: expect.stringMatching(/^\d+$/),
      SizeBytes: expect.any(Number),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    };
    expect(events[0]?.Records).toEqual([
      { ...frame, eventName: 'INSERT', dynamodb: { ...data, NewImage: image('1') } },
      { ...frame, eventName: 'MODIFY', dynamodb: { ...data, NewImage: image('2'), OldImage: image('1') } },
    ]);
  });

  test('of a TTL deletion names the TTL service', async () => {
    await put('a', { expires_at: { N: '1' } });
    await dynamodb.sweepTtl();
    const { events } = await start(() => null);
    await eventually(() => events.length === 1, 'the batch');
    expect(events[0]?.Records.map((record) => [record['eventName'], record['userIdentity']])).toEqual([
      ['INSERT', undefined],
      ['REMOVE', { type: 'Service', principalId: 'dynamodb.amazonaws.com' }],
    ]);
  });

  test('of a write that changed nothing does not come', async () => {
    await put('a', { tags: { SS: ['x', 'y'] } });
    await put('a', { tags: { SS: ['y', 'x'] } });
    const { source, events } = await start(() => null);
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(events.map(word)).toEqual(['a']);
  });

  test('that no filter lets through does not come', async () => {
    await putAll('a', 'b', 'c');
    const filters = ['a', 'c'].map((pk) => compileFilter(JSON.stringify({ dynamodb: { Keys: { pk: { S: [pk] } } } })));
    const { source, events } = await start(() => null, { filters });
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(events.map(word)).toEqual(['ac']);
  });

  test('written before the start does not come with LATEST', async () => {
    await putAll('a');
    const { source, events } = await start(() => null, { startingPosition: 'LATEST' });
    await putAll('b');
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(events.map(word)).toEqual(['b']);
  });

  test('that has left the stream after a day does not come, and has not failed either', async () => {
    const failureQueueUrl = await createQueue(sqs.url, `failures-${tableName}`);
    await putAll('a');
    const tomorrow = () => new Date(Date.now() + 25 * 3_600_000);
    const { source, events } = await start(() => null, { failureQueueUrl }, tomorrow);
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(events).toEqual([]);
    expect((await callQueue(sqs.url, failureQueueUrl).depth()).visible).toBe(0);
  });
});

describe('batches', () => {
  test('have at most the batch size, in the order of the stream', async () => {
    await putAll('a', 'b', 'c', 'd', 'e');
    const { source, events } = await start(() => null, { batchSize: 2 });
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(events.map(word)).toEqual(['ab', 'cd', 'e']);
  });

  test('collect records within the batching window', async () => {
    const { events } = await start(() => null, { batchSize: 3, maximumBatchingWindowSeconds: 20 });
    await putAll('a', 'b', 'c');
    await eventually(() => events.length === 1, 'one full batch, before the window ends');
    expect(events.map(word)).toEqual(['abc']);
  });

  test('go when the batching window ends, full or not', async () => {
    const { events } = await start(() => null, { batchSize: 3, maximumBatchingWindowSeconds: 0.3 });
    await putAll('a');
    await eventually(() => events.length === 1, 'the batch');
    expect(events.map(word)).toEqual(['a']);
  });

  test('run at once up to the parallelization factor, the records of an item in order', async () => {
    // Seven, so that the records of an item are spread over the positions of the stream.
    const items = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    for (const version of ['1', '2', '3']) for (const pk of items) await put(pk, { n: { N: version } });
    const seen = new Map(items.map((pk): [string, string[]] => [pk, []]));
    let running = 0;
    let most = 0;
    const behave = async ({ Records }: StreamEvent, invocation: number) => {
      most = Math.max(most, ++running);
      // The first invocation waits: a later record of the same items in another lane would overtake it.
      if (invocation === 1) await eventually(() => most > 1 && running === 1, 'the other lanes');
      for (const { dynamodb: data } of Records)
        seen.get(data.Keys.pk.S)?.push(z.object({ n: z.object({ N: z.string() }) }).parse(data['NewImage']).n.N);
      running -= 1;
    };
    const { source } = await start(behave, { batchSize: 2, parallelizationFactor: 4 });
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
    expect([...seen.values()]).toEqual(items.map(() => ['1', '2', '3']));
  });
});

describe('failing', () => {
  test('a thrown error blocks the shard until the batch succeeds', async () => {
    await putAll('a', 'b', 'c');
    const { source, events } = await start((_event, n) => (n < 4 ? boom() : null), { batchSize: 2 });
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(events.map(word)).toEqual(['ab', 'ab', 'ab', 'ab', 'c']);
  });

  test('an event source is not idle while a batch waits for its retry', async () => {
    await putAll('a');
    const { source, events } = await start(boom);
    await eventually(() => events.length >= 3, 'some retries');
    expect(await source.isIdle()).toBe(false);
  });

  test('a partial answer retries from the lowest failed record', async () => {
    await putAll('a', 'b', 'c', 'd');
    const { source, events } = await start((event, n) => (n === 1 ? report(event, 'd', 'b') : null));
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(events.map(word)).toEqual(['abcd', 'bcd']);
  });

  test.each([
    ['names an unknown record', { batchItemFailures: [{ itemIdentifier: '999999' }] }],
    ['names an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['names no identifier', { batchItemFailures: [{ sequenceNumber: '1' }] }],
  ])('an answer that %s fails the whole batch', async (_what, answer) => {
    await putAll('a', 'b');
    const { source, events } = await start((_event, n) => (n === 1 ? answer : null));
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(events.map(word)).toEqual(['ab', 'ab']);
  });

  test('without ReportBatchItemFailures a partial answer is a success', async () => {
    await putAll('a', 'b');
    const { source, events } = await start((event) => report(event, 'a'), { reportBatchItemFailures: false });
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(events.map(word)).toEqual(['ab']);
  });

  test('bisecting isolates the bad record, which alone ends in the failure destination', async () => {
    const failureQueueUrl = await createQueue(sqs.url, `failures-${tableName}`);
    await putAll('a', 'b', 'c', 'd');
    const { source, events } = await start((event) => (word(event).includes('c') ? boom() : null), {
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
      failureQueueUrl,
    });
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(events.map(word)).toEqual(['abcd', 'ab', 'cd', 'c', 'c', 'd']);
    const failures = await callQueue(sqs.url, failureQueueUrl).receive({ count: 10, waitSeconds: 0 });
    expect(failures.map((message) => JSON.parse(message.Body))).toEqual([
      {
        requestContext: {
          requestId: expect.any(String),
          functionArn,
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 4,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        DDBStreamBatchInfo: {
          shardId: expect.stringMatching(/^shardId-/),
          startSequenceNumber: '3',
          endSequenceNumber: '3',
          approximateArrivalOfFirstRecord: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          approximateArrivalOfLastRecord: expect.stringMatching(/Z$/),
          batchSize: 1,
          streamArn: streamArn(),
        },
      },
    ]);
  });

  test('retries end after MaximumRetryAttempts, and the shard goes on', async () => {
    await putAll('a', 'b', 'c');
    const failing = (event: StreamEvent) => (word(event) === 'c' ? null : boom());
    const { source, events } = await start(failing, { batchSize: 2, maximumRetryAttempts: 2 });
    await eventually(() => areIdle([source]), 'the source is idle');
    expect(events.map(word)).toEqual(['ab', 'ab', 'ab', 'c']);
  });

  test('records that become older than MaximumRecordAgeInSeconds are given up', async () => {
    const failureQueueUrl = await createQueue(sqs.url, `failures-${tableName}`);
    await putAll('a');
    let isLater = false;
    const now = () => new Date(Date.now() + (isLater ? 61_000 : 0));
    const { source, events } = await start(boom, { maximumRecordAgeSeconds: 60, failureQueueUrl }, now);
    await eventually(() => events.length > 1, 'some retries');
    isLater = true;
    await eventually(() => areIdle([source]), 'the source is idle');
    const [failure] = await callQueue(sqs.url, failureQueueUrl).receive({ count: 10, waitSeconds: 0 });
    expect(JSON.parse(failure?.Body ?? '')).toMatchObject({ requestContext: { condition: 'RecordAgeExceeded' } });
  });
});

test('a stopped source stops also in the middle of endless retries', async () => {
  await putAll('a');
  const { source, events } = await start(boom);
  await eventually(() => events.length > 1, 'some retries');
  await source.stop();
  const until = events.length;
  await putAll('b');
  expect(events).toHaveLength(until);
});

describe('a source that starts anew', () => {
  test('goes on after what was handled, and repeats what was not', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'cdk-local-positions-')), 'positions.json');
    const positions = () => ({ positions: storedPositions(file) });
    const second = Promise.withResolvers<void>();
    const behave = (event: StreamEvent) => (word(event) === 'a' ? null : boom().finally(second.resolve));
    await putAll('a');
    const first = await start(behave, {}, undefined, positions());
    await eventually(() => first.source.isIdle(), 'the first record is handled');
    await putAll('b');
    await second.promise;
    await first.source.stop();
    await putAll('c');
    const other = await start(() => null, {}, undefined, positions());
    await eventually(() => areIdle([other.source]), 'the source is idle');
    expect(other.events.map(word).join('')).toBe('bc');
    await other.source.stop();
    const last = await start(() => null, {}, undefined, positions());
    await eventually(() => areIdle([last.source]), 'the source is idle');
    expect(last.events).toEqual([]);
    rmSync(dirname(file), { recursive: true });
  });

  test('repeats what another lane has not handled', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'cdk-local-positions-')), 'positions.json');
    const positions = () => ({ positions: storedPositions(file) });
    const words = [...'abcdefghijkl'];
    await putAll(...words);
    const behave = (event: StreamEvent) => (word(event).includes('a') ? boom() : null);
    const first = await start(behave, { parallelizationFactor: 2, batchSize: 1 }, undefined, positions());
    await eventually(() => new Set(first.events.map(word)).size > 2, 'the other lane goes on');
    await first.source.stop();
    const other = await start(() => null, {}, undefined, positions());
    await eventually(() => areIdle([other.source]), 'the source is idle');
    expect(other.events.map(word).join('')).toBe(words.join(''));
    rmSync(dirname(file), { recursive: true });
  });
});

test('records that are older than 24 hours when the clock moves are gone; younger ones have its time', async () => {
  await putAll('a');
  let offsetMs = 0;
  const now = () => new Date(Date.now() + offsetMs);
  const move = (nextMs: number) => {
    dynamodb.ageStream((nextMs - offsetMs) / 1000);
    offsetMs = nextMs;
  };
  move(25 * HOUR_MS);
  await putAll('b');
  move(26 * HOUR_MS);
  const { source, events } = await start(() => null, {}, now, { clockOffsetMs: () => offsetMs });
  await eventually(() => areIdle([source]), 'the source is idle');
  expect(events.map(word)).toEqual(['b']);
  const stamp = Number(events[0]?.Records[0]?.dynamodb['ApproximateCreationDateTime']) * 1000;
  expect(Math.abs(stamp - (Date.now() + 25 * HOUR_MS))).toBeLessThan(MINUTE_MS);
  move(0);
});

test('a source of a table that does not exist does not start', async () => {
  tableName = 'nowhere';
  await expect(start(() => null)).rejects.toThrow('ResourceNotFoundException');
});
