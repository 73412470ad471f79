import type {
  DynamoDBBatchResponse,
  DynamoDBRecord,
  DynamoDBStreamEvent,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';
import * as z from 'zod/mini';
import { type ExceptionReport, taskFailure } from '../exceptions/model.ts';
import type { Log } from '../log.ts';

/** Where in a stream the records are that Lambda gave up (Lambda developer guide, "Discarded batches" of DynamoDB). */
const discardedBatchSchema = z.object({
  DDBStreamBatchInfo: z.object({
    streamArn: z.string(),
    shardId: z.string(),
    startSequenceNumber: z.string(),
    endSequenceNumber: z.string(),
  }),
});

export type DiscardedBatch = z.infer<typeof discardedBatchSchema>['DDBStreamBatchInfo'];

export type ReplayDeps = {
  /** Reads the records that a pointer names; throws where the stream has them no more. */
  readonly readRecords: (pointer: DiscardedBatch) => Promise<readonly DynamoDBRecord[]>;
  /** What the filters of the mapping say: between two places of a shard there are other records as well. */
  readonly matchesFilter: (record: DynamoDBRecord) => boolean;
  readonly functionName: string;
  readonly log: Log;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

type HandleRecords = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** The pointer stands in the log, and in the queue: in the report it would make each failure another exception. */
const replay = async (
  deps: ReplayDeps,
  follow: HandleRecords,
  message: SQSEvent['Records'][number],
): Promise<boolean> => {
  const { messageId, body } = message;
  try {
    const pointer = discardedBatchSchema.parse(JSON.parse(body)).DDBStreamBatchInfo;
    const records = (await deps.readRecords(pointer)).filter(deps.matchesFilter);
    let failed = 0;
    // Each for itself: one that can't be done must not hold up those after it a second time.
    for (const record of records) failed += (await follow({ Records: [record] })).batchItemFailures.length;
    deps.log.info('Records that were given up ran again', { message_id: messageId, records: records.length, failed });
    return failed === 0;
  } catch (error) {
    deps.log.error('Records that were given up can not be run again', { message_id: messageId, pointer: body, error });
    await deps.capture(taskFailure(error, { function: deps.functionName }));
    return false;
  }
};

const isDiscardedBatches = (event: DynamoDBStreamEvent | SQSEvent): event is SQSEvent =>
  event.Records.some((record) => 'body' in record);

/**
 * A follower of the stream that also consumes its own failures: a record that Lambda gave up after its tries is read from
 * the stream, which has it for a day, and followed again, every few minutes, until that succeeds or the queue gives it up
 * to people. All that a follower does can be done again, and in another order.
 */
export const withReplay =
  (deps: ReplayDeps, follow: HandleRecords) =>
  async (event: DynamoDBStreamEvent | SQSEvent): Promise<DynamoDBBatchResponse | SQSBatchResponse> => {
    if (!isDiscardedBatches(event)) return await follow(event);
    const failed: string[] = [];
    for (const message of event.Records) if (!(await replay(deps, follow, message))) failed.push(message.messageId);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
