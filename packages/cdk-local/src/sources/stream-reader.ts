import { z } from 'zod';
import { AwsJsonError, callAwsJson } from '../engines/aws-json.ts';

const imageSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

const recordSchema = z.object({
  eventID: z.string(),
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  eventVersion: z.string(),
  dynamodb: z.object({
    ApproximateCreationDateTime: z.number(),
    Keys: imageSchema,
    NewImage: imageSchema.optional(),
    OldImage: imageSchema.optional(),
    SequenceNumber: z.string(),
    SizeBytes: z.number(),
    StreamViewType: z.string(),
  }),
  // Only a deletion by TTL carries one; the engines spell its keys differently, so its presence is what counts.
  userIdentity: z.looseObject({}).nullish(),
});

/** A record as the engine's stream gives it. */
export type StreamRecord = z.output<typeof recordSchema>;

type Shard = { readonly shardId: string; readonly parentShardId: string | undefined };

/** Where to begin in a shard: at an end of it, or after a record. */
export type ShardPosition = 'TRIM_HORIZON' | 'LATEST' | { readonly afterSequenceNumber: string };

/** `next` is absent when the shard is closed and has been read to its end. */
export type StreamPage = { readonly records: readonly StreamRecord[]; readonly next: string | undefined };

/** A table's stream. */
export type StreamReader = {
  listShards(): Promise<readonly Shard[]>;
  /** Gives an iterator. */
  openShard(shardId: string, position: ShardPosition): Promise<string>;
  read(iterator: string, limit: number): Promise<StreamPage>;
};

const tableSchema = z.object({ Table: z.object({ LatestStreamArn: z.string() }) });
const streamSchema = z.object({
  StreamDescription: z.object({
    Shards: z.array(z.object({ ShardId: z.string(), ParentShardId: z.string().optional() })),
    LastEvaluatedShardId: z.string().optional(),
  }),
});
const iteratorSchema = z.object({ ShardIterator: z.string() });
const recordsSchema = z.object({ Records: z.array(recordSchema), NextShardIterator: z.string().nullish() });

/** Opens the stream of a table. Throws when it has none. */
export const openStream = async (url: string, tableName: string): Promise<StreamReader> => {
  const streams = <T extends z.ZodType>(action: string, body: object, answer: T) =>
    callAwsJson({ url, target: `DynamoDBStreams_20120810.${action}`, body, answer });
  const StreamArn = await streamOf(url, tableName);
  return {
    async listShards() {
      const shards: Shard[] = [];
      let start: string | undefined;
      do {
        const page = start === undefined ? {} : { ExclusiveStartShardId: start };
        const { StreamDescription } = await streams('DescribeStream', { StreamArn, ...page }, streamSchema);
        // Not their sequence number ranges: the engine gives an open shard an end, too.
        for (const { ShardId, ParentShardId } of StreamDescription.Shards)
          shards.push({ shardId: ShardId, parentShardId: ParentShardId });
        start = StreamDescription.LastEvaluatedShardId;
      } while (start !== undefined);
      return shards;
    },
    async openShard(ShardId, position) {
      const at =
        typeof position === 'string'
          ? { ShardIteratorType: position }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position.afterSequenceNumber };
      return (await streams('GetShardIterator', { StreamArn, ShardId, ...at }, iteratorSchema)).ShardIterator;
    },
    async read(ShardIterator, Limit) {
      const answer = await streams('GetRecords', { ShardIterator, Limit }, recordsSchema);
      return { records: answer.Records, next: answer.NextShardIterator ?? undefined };
    },
  };
};

/** What the engine calls the stream of a table. */
export const streamOf = async (url: string, tableName: string): Promise<string> => {
  const target = 'DynamoDB_20120810.DescribeTable';
  const table = await callAwsJson({ url, target, body: { TableName: tableName }, answer: z.unknown() });
  const parsed = tableSchema.safeParse(table);
  if (!parsed.success) throw new AwsJsonError(target, 'NoStream', `the table ${tableName} has no stream`);
  return parsed.data.Table.LatestStreamArn;
};
