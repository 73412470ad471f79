import type { SQSRecord } from 'aws-lambda';
import { type DeliveryMessage, deliveryMessage } from '../domain/delivery-message.ts';
import type { Log } from '../log.ts';

/** A message of the queue, read. */
export type Message = DeliveryMessage & { readonly messageId: string; readonly receiptHandle: string };

export type Batch = {
  /** One a delivery. */
  readonly messages: readonly Message[];
  /** Ids of messages that say nothing: they stay, until the queue's redrive moves them to the dead letters. */
  readonly unreadable: readonly string[];
};

const read = ({ messageId, receiptHandle, body }: SQSRecord): Message => ({
  ...deliveryMessage.parse(JSON.parse(body)),
  messageId,
  receiptHandle,
});

/**
 * Reads a batch, each message for itself. Of several for one delivery one is kept, rather one that starts it afresh; the
 * others have nothing to add and are acknowledged: as long as the delivery is not over, the one that is kept stays queued.
 */
export const readBatch = (records: readonly SQSRecord[], log: Log): Batch => {
  const kept = new Map<string, Message>();
  const unreadable: string[] = [];
  for (const record of records) {
    try {
      const message = read(record);
      const name = JSON.stringify([message.notification_id, message.delivery_id]);
      if (!kept.has(name) || message.retry_of !== undefined) kept.set(name, message);
    } catch (error) {
      log.error('A message could not be read', { message_id: record.messageId, error });
      unreadable.push(record.messageId);
    }
  }
  return { messages: [...kept.values()], unreadable };
};
