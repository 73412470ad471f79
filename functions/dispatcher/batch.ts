import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { type DeliveryMessage, deliveryMessageSchema } from '../../core/deliveries/delivery-message.ts';
import { type DeliveryName, deliveryName } from '../../core/deliveries/model.ts';
import { type PreparedException, preparedExceptionSchema } from '../../core/exceptions/model.ts';
import type { Log } from '../../core/log.ts';

/** An exception that was queued because the table couldn't be reached when it occurred. */
export type QueuedException = { readonly messageId: string; readonly exception: PreparedException };

/** A delivery message as SQS delivered it. */
export type DeliveryQueueMessage = DeliveryMessage & {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** How often it was received, this time included. */
  readonly receipts: number;
};

export type Batch = {
  /** At most one for each delivery. */
  readonly messages: readonly DeliveryQueueMessage[];
  readonly exceptions: readonly QueuedException[];
  /** Ids of messages that can't be parsed. They are retried until SQS moves them to the dead-letter queue. */
  readonly unreadable: readonly string[];
};

const queuedExceptionSchema = z.strictObject({ exception: preparedExceptionSchema });
const bodySchema = z.union([queuedExceptionSchema, deliveryMessageSchema]);

/**
 * Parses each message of a batch by itself. Of several messages for one delivery it takes one, preferably one that retries it;
 * the others are acknowledged, because the one that was taken stays queued until the delivery is settled.
 */
export const parseBatch = (records: readonly SQSRecord[], log: Log): Batch => {
  const byDelivery = new Map<DeliveryName, DeliveryQueueMessage>();
  const exceptions: QueuedException[] = [];
  const unreadable: string[] = [];
  for (const record of records) {
    try {
      const { messageId, receiptHandle, body, attributes } = record;
      const parsed = bodySchema.parse(JSON.parse(body));
      if ('exception' in parsed) {
        exceptions.push({ messageId, exception: parsed.exception });
        continue;
      }
      const message = { ...parsed, messageId, receiptHandle, receipts: Number(attributes.ApproximateReceiveCount) };
      const key = deliveryName(message);
      if (!byDelivery.has(key) || message.retry_of !== undefined) byDelivery.set(key, message);
    } catch (error) {
      log.error('A message could not be read', { message_id: record.messageId, error });
      unreadable.push(record.messageId);
    }
  }
  return { messages: [...byDelivery.values()], exceptions, unreadable };
};
