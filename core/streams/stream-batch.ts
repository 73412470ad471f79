import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';

// What an attribute holds is checked by the schema of the item, after unmarshalling.
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

/** A checked record of the table's stream; the images are as DynamoDB writes them (`{ "name": { "S": "…" } }`). */
export type StreamRecord = z.infer<typeof streamRecordSchema>;

/** Checks a record of a batch; throws what it is not. */
export const parseRecord = (record: unknown): StreamRecord => streamRecordSchema.parse(record);

type Image = StreamRecord['dynamodb']['NewImage'];

/** The item in an image, checked; null where the record carries no such image. Throws what the schema refuses. */
export const parseImage = <Entity>(schema: z.ZodMiniType<Entity>, image: Image): Entity | null =>
  image === undefined ? null : schema.parse(unmarshall(image));

/** A record that failed; its partition key, where it could be read. */
export type RecordFailure = {
  readonly error: unknown;
  readonly sequenceNumber: string;
  readonly partition: string | null;
};

/**
 * Acts on the records of a batch one after another, as their order counts. It stops at the first that fails, parsing
 * included, and reports it: Lambda retries from there (ReportBatchItemFailures).
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
