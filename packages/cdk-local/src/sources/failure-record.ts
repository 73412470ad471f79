import { randomUUID } from 'node:crypto';
import type { StreamRecord } from './stream-reader.ts';

/** Records of a shard that Lambda gives up, and why. */
export type Discarded = {
  readonly records: readonly StreamRecord[];
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly invocations: number;
  /** False when the function answered, and reported the record as failed. */
  readonly functionError: boolean;
};

/**
 * What the failure destination of a stream mapping gets: where the records are, not the records.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html#dynamodb-on-failure-destination-example-sqs-sns
 */
export const failureRecord = (
  discarded: Discarded,
  source: { readonly functionArn: string; readonly streamArn: string; readonly shardId: string; readonly now: Date },
) => {
  const first = discarded.records[0]?.dynamodb;
  const last = discarded.records.at(-1)?.dynamodb;
  if (first === undefined || last === undefined) throw new Error('no records to report as discarded');
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: source.functionArn,
      condition: discarded.condition,
      approximateInvokeCount: discarded.invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: discarded.functionError ? 'Unhandled' : null,
    },
    version: '1.0',
    timestamp: source.now.toISOString(),
    DDBStreamBatchInfo: {
      shardId: source.shardId,
      startSequenceNumber: first.SequenceNumber,
      endSequenceNumber: last.SequenceNumber,
      approximateArrivalOfFirstRecord: inSeconds(first.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: inSeconds(last.ApproximateCreationDateTime),
      batchSize: discarded.records.length,
      streamArn: source.streamArn,
    },
  };
};

/** `2019-11-14T00:13:19Z`: streams of DynamoDB know seconds only. */
const inSeconds = (epochSeconds: number): string => `${new Date(epochSeconds * 1000).toISOString().slice(0, 19)}Z`;
