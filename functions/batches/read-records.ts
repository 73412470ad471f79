import {
  DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { boundedRequests } from '../bounded-requests.ts';
import type { Pointer } from './replay.ts';

// What is in a record its follower checks, as it checks those that Lambda brings.
const record = z.custom<DynamoDBRecord>((value) => typeof value === 'object' && value !== null);
const numbered = z.object({ dynamodb: z.object({ SequenceNumber: z.string() }) });

/** Sequence numbers are decimal, of up to 40 digits. */
const sequenceOf = (of: unknown): bigint => BigInt(numbered.parse(of).dynamodb.SequenceNumber);

/**
 * Reads the records from one place of a shard to another, both included. Throws `TrimmedDataAccessException` where the
 * stream, which keeps them for a day, has them no more.
 */
export const readRecords = async (pointer: Pointer): Promise<DynamoDBRecord[]> => {
  const client = new DynamoDBStreamsClient(boundedRequests());
  const { streamArn, shardId, startSequenceNumber } = pointer;
  const from = { StreamArn: streamArn, ShardId: shardId, SequenceNumber: startSequenceNumber };
  const opened = await client.send(new GetShardIteratorCommand({ ...from, ShardIteratorType: 'AT_SEQUENCE_NUMBER' }));
  const last = BigInt(pointer.endSequenceNumber);
  const found: DynamoDBRecord[] = [];
  let iterator = opened.ShardIterator;
  while (iterator !== undefined) {
    const answer: GetRecordsCommandOutput = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    const records: readonly unknown[] = answer.Records ?? [];
    found.push(...records.filter((of) => sequenceOf(of) <= last).map((of) => record.parse(of)));
    const newest = records.at(-1);
    if (newest === undefined || sequenceOf(newest) >= last) break;
    iterator = answer.NextShardIterator;
  }
  if (found.length === 0) throw new Error('The stream has none of the records that were given up');
  return found;
};
