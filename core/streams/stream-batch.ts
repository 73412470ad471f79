import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';

// The item's schema validates attributes after unmarshalling.
const attributeSchema = z.custom<AttributeValue>((value) => typeof value === 'object' && value !== null);
const imageSchema = z.record(z.string(), attributeSchema);

const streamRecordSchema = z.object({
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  dynamodb: z.object({
    Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
    NewImage: z.optional(imageSchema),
    OldImage: z.optional(imageSchema),
  }),
});

/** A valid record of the table's stream. Images are in DynamoDB's format (`{ "name": { "S": "…" } }`). */
export type StreamRecord = z.infer<typeof streamRecordSchema>;

/** Parses a record of a batch. Throws if it is invalid. */
export const parseRecord = (record: unknown): StreamRecord => streamRecordSchema.parse(record);

type Image = StreamRecord['dynamodb']['NewImage'];

/** Parses the item in an image; null if the record has no such image. Throws if the item is invalid. */
export const parseImage = <Entity>(schema: z.ZodMiniType<Entity>, image: Image): Entity | null =>
  image === undefined ? null : schema.parse(unmarshall(image));

/** A failed record, with its partition key if that could be read. */
export type RecordFailure = {
  readonly error: unknown;
  readonly sequenceNumber: string;
  readonly partition: string | null;
};

/**
 * Handles the records of a batch in order. Stops at the first that fails, including invalid ones, and reports it: Lambda
 * retries from there (ReportBatchItemFailures).
 */
export const forEachRecord = async (
  event: DynamoDBStreamEvent,
  act: (record: StreamRecord) => Promise<void>,
  failed: (failure: RecordFailure) => Promise<void>,
): Promise<DynamoDBBatchResponse> => {
  for (const record of event.Records) {
    try {
      await act(parseRecord(record));
    } catch (error) {
      const sequenceNumber = record.dynamodb?.SequenceNumber ?? '';
      await failed({ error, sequenceNumber, partition: record.dynamodb?.Keys?.['pk']?.S ?? null });
      return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
};
