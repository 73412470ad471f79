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

/** The position of records that Lambda discarded after its retries (Lambda developer guide, "Discarded batches" of DynamoDB). */
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
  /** Reads the records of a discarded batch. Throws if the stream has expired them. */
  readonly readRecords: (pointer: DiscardedBatch) => Promise<readonly DynamoDBRecord[]>;
  /** Applies the filter of the event source mapping, as the batch's range contains other records, too. */
  readonly matchesFilter: (record: DynamoDBRecord) => boolean;
  readonly functionName: string;
  readonly log: Log;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

type HandleRecords = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

/** The position is in the log and the queue only. In the report it would make each failure a different exception. */
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
    // One by one, so that a record that fails again doesn't block the others.
    for (const record of records) failed += (await follow({ Records: [record] })).batchItemFailures.length;
    deps.log.info('Discarded records were replayed', { message_id: messageId, records: records.length, failed });
    return failed === 0;
  } catch (error) {
    deps.log.error('Discarded records could not be replayed', { message_id: messageId, pointer: body, error });
    await deps.capture(taskFailure(error, { function: deps.functionName }));
    return false;
  }
};

const isDiscardedBatches = (event: DynamoDBStreamEvent | SQSEvent): event is SQSEvent =>
  event.Records.some((record) => 'body' in record);

/**
 * A stream handler that also consumes its own failures. A record that Lambda discarded after its retries is read from the
 * stream again, which stores it for a day, and handled every few minutes until that succeeds or the message moves to the
 * dead-letter queue. Handlers can repeat records, and in any order; `followLate` handles those of discarded batches.
 */
export const withReplay =
  (deps: ReplayDeps, follow: HandleRecords, followLate = follow) =>
  async (event: DynamoDBStreamEvent | SQSEvent): Promise<DynamoDBBatchResponse | SQSBatchResponse> => {
    if (!isDiscardedBatches(event)) return await follow(event);
    const failed: string[] = [];
    for (const message of event.Records) if (!(await replay(deps, followLate, message))) failed.push(message.messageId);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
