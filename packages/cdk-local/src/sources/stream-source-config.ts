import type { FilterPattern } from './filter-pattern.ts';

/** An `AWS::Lambda::EventSourceMapping` on a DynamoDB stream; defaults of absent properties are AWS's. */
export type StreamSourceConfig = {
  readonly functionId: string;
  readonly functionArn: string;
  readonly tableName: string;
  /** The ARN that records carry as `eventSourceARN`; the engine's ARN is found by the table's name. */
  readonly streamArn: string;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Default 100. */
  readonly batchSize?: number;
  /** Default 0: whatever is there goes at once. */
  readonly maximumBatchingWindowSeconds?: number;
  readonly filters: readonly FilterPattern[];
  readonly reportBatchItemFailures: boolean;
  readonly bisectBatchOnFunctionError: boolean;
  /** Default -1: until the record leaves the stream, after a day. */
  readonly maximumRetryAttempts?: number;
  /** Default -1: until the record leaves the stream, after a day. */
  readonly maximumRecordAgeSeconds?: number;
  /** Default 1. Batches of a shard that run at once; records of an item stay in order. */
  readonly parallelizationFactor?: number;
  /** SQS queue that learns of discarded records. */
  readonly failureQueueUrl?: string;
};
