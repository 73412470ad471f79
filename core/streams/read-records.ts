import {
  DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { boundedRequests } from '../platform/bounded-requests.ts';
import type { DiscardedBatch } from './replay.ts';

// The handler validates the content of a record, as for records from Lambda.
const recordSchema = z.custom<DynamoDBRecord>((value) => typeof value === 'object' && value !== null);
const numberedSchema = z.object({ dynamodb: z.object({ SequenceNumber: z.string() }) });

/** Sequence numbers are decimal, of up to 40 digits. */
const sequenceOf = (record: unknown): bigint => BigInt(numberedSchema.parse(record).dynamodb.SequenceNumber);

/** Empty pages take milliseconds each. A missing record must not use up the function's time. */
export const MAX_PAGES = 1_000;

/** Requests to one shard of a stream. */
export type ShardReader = {
  /** Returns an iterator that begins with the record at `startSequenceNumber`. */
  readonly openShard: (pointer: DiscardedBatch) => Promise<string | undefined>;
  readonly getRecords: (iterator: string) => Promise<{
    readonly Records?: readonly unknown[] | undefined;
    /** Missing at the end of a closed shard. */
    readonly NextShardIterator?: string | undefined;
  }>;
};

/**
 * Reads the records of a discarded batch, from its first to its last sequence number. Empty pages don't end the reading.
 * Throws if the shard ends before the last record, or after `MAX_PAGES`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 */
export const readRange = async (shard: ShardReader, pointer: DiscardedBatch): Promise<DynamoDBRecord[]> => {
  const last = BigInt(pointer.endSequenceNumber);
  const found: DynamoDBRecord[] = [];
  let iterator = await shard.openShard(pointer);
  let pages = 0;
  while (iterator !== undefined && pages < MAX_PAGES) {
    pages += 1;
    const { Records = [], NextShardIterator } = await shard.getRecords(iterator);
    found.push(...Records.filter((item) => sequenceOf(item) <= last).map((item) => recordSchema.parse(item)));
    const newest = Records.at(-1);
    const reached = newest !== undefined && sequenceOf(newest) >= last;
    if (reached && found.length > 0) return found;
    iterator = reached ? undefined : NextShardIterator;
  }
  throw new Error(`Found ${found.length} records of the discarded batch on ${pages} pages of the stream`);
};

/** `readRange` on DynamoDB. Throws `TrimmedDataAccessException` for records that are older than a day. */
export const readRecords = async (pointer: DiscardedBatch): Promise<DynamoDBRecord[]> => {
  const client = new DynamoDBStreamsClient(boundedRequests());
  const shard: ShardReader = {
    openShard: async ({ streamArn, shardId, startSequenceNumber }) => {
      const from = { StreamArn: streamArn, ShardId: shardId, SequenceNumber: startSequenceNumber };
      const opened = await client.send(
        new GetShardIteratorCommand({ ...from, ShardIteratorType: 'AT_SEQUENCE_NUMBER' }),
      );
      return opened.ShardIterator;
    },
    getRecords: async (iterator): Promise<GetRecordsCommandOutput> =>
      await client.send(new GetRecordsCommand({ ShardIterator: iterator })),
  };
  return await readRange(shard, pointer);
};
