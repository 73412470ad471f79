import type { DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { ExceptionReport } from '../../../core/exceptions/model.ts';
import { heartbeatIn } from '../../../core/heartbeat/model.ts';
import { measureHeartbeats, passHeartbeats } from '../../../core/heartbeat/pass-heartbeats.ts';

const record = (sk: string, at = '2026-11-28T12:00:00.000Z', sequence = '1'): DynamoDBRecord => ({
  eventName: 'MODIFY',
  dynamodb: {
    Keys: { pk: { S: 'HEARTBEAT' }, sk: { S: sk } },
    NewImage: { pk: { S: 'HEARTBEAT' }, sk: { S: sk }, heartbeat_at: { S: at } },
    SequenceNumber: sequence,
  },
});

const follow = (failed: readonly string[] = [], pass?: () => Promise<void>) => {
  const handled: number[] = [];
  const passed: string[] = [];
  const captured: ExceptionReport[] = [];
  const handler = passHeartbeats(
    {
      sortKey: 'HEARTBEAT',
      pass: pass ?? (async ({ heartbeat_at }) => void passed.push(heartbeat_at)),
      functionName: 'fan-out',
      capture: async (report) => void captured.push(report),
    },
    async ({ Records }) => {
      handled.push(Records.length);
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    },
  );
  return { handler, handled, passed, captured };
};

describe('a batch of the stream', () => {
  it('passes its newest heartbeat on, and the other records to the function', async () => {
    const { handler, handled, passed } = follow();
    const later = '2026-11-28T12:05:00.000Z';
    const Records = [record('HEARTBEAT'), record('PRODUCT'), record('HEARTBEAT', later)];
    expect(await handler({ Records })).toEqual({ batchItemFailures: [] });
    expect({ handled, passed }).toEqual({ handled: [1], passed: [later] });
  });

  it('of a heartbeat only is nothing for the function', async () => {
    const { handler, handled, passed } = follow();
    await handler({ Records: [record('HEARTBEAT')] });
    expect({ handled, passed: passed.length }).toEqual({ handled: [], passed: 1 });
  });

  it('with a failed record passes none, as Lambda brings both again', async () => {
    const { handler, passed } = follow(['7']);
    const answer = await handler({ Records: [record('HEARTBEAT'), record('PRODUCT')] });
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: '7' }]);
    expect(passed).toEqual([]);
  });

  it('whose heartbeat is refused fails, and reports it', async () => {
    const { handler, captured } = follow([], () => Promise.reject(new Error('throttled')));
    await expect(handler({ Records: [record('HEARTBEAT')] })).rejects.toThrow('throttled');
    expect(captured).toMatchObject([{ type: 'task', function: 'fan-out' }]);
  });
});

const message = (body: string): SQSRecord => ({
  messageId: 'm',
  receiptHandle: 'r',
  body,
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0', SenderId: '', ApproximateFirstReceiveTimestamp: '0' },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: '',
});

it('a batch of the queue has its heartbeats measured, and the other messages handled', async () => {
  const measured: string[] = [];
  const handled: number[] = [];
  const handler = measureHeartbeats(
    ({ heartbeat_at }) => void measured.push(heartbeat_at),
    async ({ Records }) => {
      handled.push(Records.length);
      return { batchItemFailures: [] };
    },
  );
  await handler({ Records: [message('{"heartbeat_at":"2026-11-28T12:00:00.000Z"}'), message('{"delivery_id":"d"}')] });
  expect({ measured, handled }).toEqual({ measured: ['2026-11-28T12:00:00.000Z'], handled: [1] });
});

it.each(['', 'no JSON', '{"heartbeat_at":"yesterday"}', '{"heartbeat_at":"2026-11-28T12:00:00.000Z","x":1}', 'null'])(
  'the body %j is no heartbeat',
  (body) => {
    expect(heartbeatIn(body)).toBeNull();
  },
);
