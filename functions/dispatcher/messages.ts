import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { type DeliveryMessage, deliveryMessageSchema } from '../../core/deliveries/delivery-message.ts';
import { type DeliveryName, deliveryName } from '../../core/deliveries/model.ts';
import { type PreparedException, preparedExceptionSchema } from '../../core/exceptions/model.ts';
import type { Log } from '../../core/log.ts';

/** An exception that came this way because the table could not be reached when it occurred. */
export type QueuedException = { readonly messageId: string; readonly exception: PreparedException };

/** A message of the queue, read. */
export type Message = DeliveryMessage & {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** How often it was received, this time included. */
  readonly receipts: number;
};

export type Batch = {
  /** One a delivery. */
  readonly messages: readonly Message[];
  readonly exceptions: readonly QueuedException[];
  /** Ids of messages that say nothing: they stay, until the queue's redrive moves them to the dead letters. */
  readonly unreadable: readonly string[];
};

const queuedExceptionSchema = z.strictObject({ exception: preparedExceptionSchema });
const anyMessageSchema = z.union([queuedExceptionSchema, deliveryMessageSchema]);

/**
 * Reads a batch, each message for itself. Of several for one delivery one is kept, rather one that starts it afresh; the
 * others have nothing to add and are acknowledged: as long as the delivery is not over, the one that is kept stays queued.
 */
export const readBatch = (records: readonly SQSRecord[], log: Log): Batch => {
  const kept = new Map<DeliveryName, Message>();
  const exceptions: QueuedException[] = [];
  const unreadable: string[] = [];
  for (const record of records) {
    try {
      const { messageId, receiptHandle, body, attributes } = record;
      const read = anyMessageSchema.parse(JSON.parse(body));
      if ('exception' in read) {
        exceptions.push({ messageId, exception: read.exception });
        continue;
      }
      const message = { ...read, messageId, receiptHandle, receipts: Number(attributes.ApproximateReceiveCount) };
      const name = deliveryName(message);
      if (!kept.has(name) || message.retry_of !== undefined) kept.set(name, message);
    } catch (error) {
      log.error('A message could not be read', { message_id: record.messageId, error });
      unreadable.push(record.messageId);
    }
  }
  return { messages: [...kept.values()], exceptions, unreadable };
};
