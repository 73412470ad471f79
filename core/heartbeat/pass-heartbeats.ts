import type { DynamoDBBatchResponse, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { type ExceptionReport, taskFailure } from '../exceptions/model.ts';
import { parseImage, parseRecord } from '../streams/stream-batch.ts';
import { type Heartbeat, heartbeatIn } from './model.ts';

const itemSchema = z.object({ heartbeat_at: z.iso.datetime() });

export type PassDeps = {
  /** Sort key of the heartbeat's item that this function follows. */
  readonly sortKey: string;
  readonly pass: (heartbeat: Heartbeat) => Promise<void>;
  readonly functionName: string;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

const passOn = async ({ pass, functionName, capture }: PassDeps, heartbeat: Heartbeat): Promise<void> => {
  try {
    await pass(heartbeat);
  } catch (error) {
    await capture(taskFailure(error, { function: functionName }));
    throw error;
  }
};

/**
 * Takes heartbeats out of a batch of the stream, and passes the newest on after the function has handled the other records. A
 * batch with a failed record passes none: Lambda retries it, with the heartbeat. Throws, and reports, what `pass` throws.
 */
export const passHeartbeats =
  (deps: PassDeps, handle: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>) =>
  async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const isHeartbeat = ({ dynamodb }: DynamoDBStreamEvent['Records'][number]) =>
      dynamodb?.Keys?.['sk']?.S === deps.sortKey;
    const others = event.Records.filter((record) => !isHeartbeat(record));
    const answer = others.length === 0 ? { batchItemFailures: [] } : await handle({ Records: others });
    const newest = event.Records.findLast(isHeartbeat);
    const item = newest && parseImage(itemSchema, parseRecord(newest).dynamodb.NewImage);
    if (item && answer.batchItemFailures.length === 0) await passOn(deps, { heartbeat_at: item.heartbeat_at });
    return answer;
  };

/** Takes heartbeats out of a batch of the queue, and measures each after the function has handled the other messages. */
export const measureHeartbeats =
  (measure: (heartbeat: Heartbeat) => void, handle: (event: SQSEvent) => Promise<SQSBatchResponse>) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const read = event.Records.map((record) => ({ record, heartbeat: heartbeatIn(record.body) }));
    const others = read.flatMap(({ record, heartbeat }) => (heartbeat === null ? [record] : []));
    const answer = others.length === 0 ? { batchItemFailures: [] } : await handle({ Records: others });
    for (const { heartbeat } of read) if (heartbeat !== null) measure(heartbeat);
    return answer;
  };
