import { expect, test } from 'vitest';
import { z } from 'zod';
import { withEmptyPages } from '../src/sources/empty-pages.ts';
import { areIdle } from '../src/sources/event-source.ts';
import type { StreamReader, StreamRecord } from '../src/sources/stream-reader.ts';
import { followStream } from '../src/sources/stream-source.ts';
import { recordingFunction } from './engine-calls.ts';
import { eventually } from './eventually.ts';

/** The engine has one shard a table for ever, DynamoDB a new one every few hours: here a stream that we write ourselves. */
function fakeStream() {
  type FakeShard = { parentShardId: string | undefined; records: StreamRecord[]; isClosed: boolean };
  const shards = new Map<string, FakeShard>();
  let written = 0;
  let generation = 0;
  let looks = 0;
  let expired = 0;
  const shardOf = (shardId: string) => {
    const shard = shards.get(shardId);
    if (shard === undefined) throw new Error(`no shard ${shardId}`);
    return shard;
  };
  const reader: StreamReader = {
    async listShards() {
      looks += 1;
      return [...shards].map(([shardId, { parentShardId }]) => ({ shardId, parentShardId }));
    },
    async openShard(shardId, position) {
      const { records } = shardOf(shardId);
      if (position === 'TRIM_HORIZON') return `${shardId} 0 ${generation}`;
      if (position === 'LATEST') return `${shardId} ${records.length} ${generation}`;
      const after = position.afterSequenceNumber;
      const index = records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === after) + 1;
      return `${shardId} ${index} ${generation}`;
    },
    async read(iterator, limit) {
      const [shardId = '', from, since] = iterator.split(' ');
      if (Number(since) < generation) {
        expired += 1;
        throw new Error('ExpiredIteratorException');
      }
      const { records, isClosed } = shardOf(shardId);
      const some = records.slice(Number(from), Number(from) + limit);
      const position = Number(from) + some.length;
      const isAtEnd = isClosed && position === records.length;
      return { records: some, next: isAtEnd ? undefined : `${shardId} ${position} ${since}` };
    },
  };
  return {
    reader,
    open: (shardId: string, parentShardId?: string) =>
      shards.set(shardId, { parentShardId, records: [], isClosed: false }),
    close: (shardId: string) => {
      shardOf(shardId).isClosed = true;
    },
    write: (shardId: string, pk: string) => shardOf(shardId).records.push(recordOf(pk, ++written)),
    expireIterators: () => {
      generation += 1;
    },
    expiredReads: () => expired,
    looks: () => looks,
  };
}

const recordOf = (pk: string, sequenceNumber: number): StreamRecord => ({
  eventID: String(sequenceNumber),
  eventName: 'INSERT',
  eventVersion: '1.1',
  dynamodb: {
    ApproximateCreationDateTime: Date.now() / 1000,
    Keys: { pk: { S: pk } },
    NewImage: { pk: { S: pk } },
    SequenceNumber: String(sequenceNumber),
    SizeBytes: 2,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
});

const StreamEvent = z.object({
  Records: z.array(z.object({ dynamodb: z.object({ Keys: z.object({ pk: z.object({ S: z.string() }) }) }) })),
});
type StreamEvent = z.output<typeof StreamEvent>;
const word = (event: StreamEvent) => event.Records.map(({ dynamodb }) => dynamodb.Keys.pk.S).join('');

function follow(reader: StreamReader, startingPosition: 'TRIM_HORIZON' | 'LATEST', behave: (n: number) => unknown) {
  const { deps, events } = recordingFunction(StreamEvent, (_event, invocation) => behave(invocation));
  const config = {
    functionId: 'fn',
    functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:fn',
    tableName: 'table',
    streamArn: 'arn:aws:dynamodb:eu-central-1:000000000000:table/table/stream/1',
    startingPosition,
    filters: [],
    reportBatchItemFailures: true,
    bisectBatchOnFunctionError: false,
  };
  const deliveryDeps = { ...deps, sqsUrl: 'http://127.0.0.1:1' };
  return { events, started: followStream(config, deliveryDeps, reader) };
}

test('a new shard is found, and waits until its parent has been handled', async () => {
  const stream = fakeStream();
  stream.open('one');
  stream.write('one', 'a');
  const gate = Promise.withResolvers<void>();
  const { events, started } = follow(stream.reader, 'TRIM_HORIZON', (n) => (n === 1 ? gate.promise : null));
  const source = await started;
  await eventually(() => events.length === 1, 'the first batch');
  stream.close('one');
  stream.open('two', 'one');
  stream.write('two', 'b');
  // What the first look for shards would open wrongly has been read when the second one comes.
  const looks = stream.looks();
  await eventually(() => stream.looks() >= looks + 2, 'two looks for shards');
  expect(events.map(word)).toEqual(['a']);
  gate.resolve();
  await eventually(() => events.length === 2, 'the batch of the new shard');
  expect(events.map(word)).toEqual(['a', 'b']);
  expect(await areIdle([source])).toBe(true);
  await source.stop();
});

test('with LATEST a shard that opens later is read from its beginning', async () => {
  const stream = fakeStream();
  stream.open('one');
  stream.write('one', 'a');
  const { events, started } = follow(stream.reader, 'LATEST', () => null);
  const source = await started;
  stream.close('one');
  stream.open('two', 'one');
  stream.write('two', 'b');
  await eventually(() => events.length === 1, 'the batch of the new shard');
  expect(events.map(word)).toEqual(['b']);
  await source.stop();
});

test('after an iterator has expired, reading goes on after the last record', async () => {
  const stream = fakeStream();
  stream.open('one');
  stream.write('one', 'a');
  const { events, started } = follow(stream.reader, 'TRIM_HORIZON', () => null);
  const source = await started;
  await eventually(() => events.length === 1, 'the first batch');
  stream.expireIterators();
  await eventually(() => stream.expiredReads() > 0, 'the failed read');
  stream.write('one', 'b');
  await eventually(() => events.length === 2, 'the second batch');
  expect(events.map(word)).toEqual(['a', 'b']);
  await source.stop();
});

test('an empty page although records follow is not the end, and the source is not idle', async () => {
  const stream = fakeStream();
  stream.open('one');
  const gate = Promise.withResolvers<void>();
  // The poller reads nothing until the gate opens; a read of one record only checks whether the source is idle.
  const { reader } = stream;
  const held: StreamReader = {
    ...reader,
    read: async (iterator, limit) => {
      if (limit > 1) await gate.promise;
      return reader.read(iterator, limit);
    },
  };
  const { events, started } = follow(withEmptyPages(held), 'TRIM_HORIZON', () => null);
  const source = await started;
  stream.write('one', 'a');
  expect(await source.isIdle()).toBe(false);
  gate.resolve();
  await eventually(() => events.length === 1, 'the batch');
  expect(events.map(word)).toEqual(['a']);
  await source.stop();
});
