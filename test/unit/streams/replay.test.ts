import type { DynamoDBRecord, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { ExceptionReport } from '../../../core/exceptions/model.ts';
import { createLog } from '../../../core/log.ts';
import { type DiscardedBatch, withReplay } from '../../../core/streams/replay.ts';

const pointer: DiscardedBatch = {
  streamArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/gatebell/stream/2026-11-24T00:00:00.000',
  shardId: 'shardId-00000001573689847184-864758bb',
  startSequenceNumber: '800000000003126276362',
  endSequenceNumber: '800000000003126276365',
};

/** As the Lambda developer guide shows it ("Discarded batches" of DynamoDB streams). */
const givenUp = {
  requestContext: {
    requestId: '316aa6d0-8154-xmpl-9af7-85d5f4a6bc81',
    functionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:fan-out',
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: 21,
  },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: '2026-11-24T00:13:49.717Z',
  DDBStreamBatchInfo: {
    ...pointer,
    approximateArrivalOfFirstRecord: '2026-11-24T00:13:19Z',
    approximateArrivalOfLastRecord: '2026-11-24T00:13:19Z',
    batchSize: 4,
  },
};

const messageOf = (body: string, messageId: string): SQSEvent['Records'][number] => ({
  messageId,
  receiptHandle: '',
  body,
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0', SenderId: '', ApproximateFirstReceiveTimestamp: '0' },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: 'eu-central-1',
});

const recordOf = (number: string, eventName: 'INSERT' | 'MODIFY' = 'INSERT'): DynamoDBRecord => ({
  eventName,
  dynamodb: { SequenceNumber: number },
});

/** A follower behind a replay, that fails some records; a stream that holds others. */
const follower = (stream: readonly DynamoDBRecord[] | Error, failing: readonly string[] = []) => {
  const followed: string[] = [];
  const captured: ExceptionReport[] = [];
  const run = withReplay(
    {
      readRecords: async (from) => {
        expect(from).toEqual(pointer);
        if (stream instanceof Error) throw stream;
        return stream;
      },
      matchesFilter: ({ eventName }) => eventName === 'INSERT',
      functionName: 'fan-out',
      log: createLog(() => {}),
      capture: async (report) => {
        captured.push(report);
      },
    },
    async ({ Records }) => {
      const numbers = Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '');
      followed.push(...numbers);
      const failed = numbers.filter((number) => failing.includes(number));
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    },
  );
  return { run, followed, captured };
};

const event = (...bodies: string[]): SQSEvent => ({
  Records: bodies.map((body, position) => messageOf(body, `m${position}`)),
});

describe('records that Lambda gave up', () => {
  it('are followed again, those that the mapping would let through', async () => {
    const { run, followed } = follower([recordOf('2'), recordOf('3', 'MODIFY'), recordOf('5')]);
    expect(await run(event(JSON.stringify(givenUp)))).toEqual({ batchItemFailures: [] });
    expect(followed).toEqual(['2', '5']);
  });

  it('stay queued when one fails again, which holds up no other', async () => {
    const { run, followed } = follower([recordOf('2'), recordOf('4'), recordOf('5')], ['2']);
    expect(await run(event(JSON.stringify(givenUp)))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(followed).toEqual(['2', '4', '5']);
  });

  it.each([
    ['that the stream has no more', JSON.stringify(givenUp), new Error('TrimmedDataAccessException')],
    ['whose message says nothing', '{"hello":1}', []],
    ['whose message is no JSON', 'hello', []],
  ])('%s are an exception, and stay queued until people see them', async (_, body, stream) => {
    const { run, captured } = follower(stream);
    expect(await run(event(body, JSON.stringify(givenUp)))).toMatchObject({
      batchItemFailures: expect.arrayContaining([{ itemIdentifier: 'm0' }]),
    });
    expect(captured[0]).toMatchObject({ type: 'task', function: 'fan-out', arguments: null });
  });
});

it('lets what the stream brings through as it is', async () => {
  const { run, followed } = follower([], ['1']);
  const Records = [recordOf('1'), recordOf('9', 'MODIFY')];
  expect(await run({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  expect(followed).toEqual(['1', '9']);
});
