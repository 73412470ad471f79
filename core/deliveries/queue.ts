import {
  ChangeMessageVisibilityBatchCommand,
  type ChangeMessageVisibilityBatchRequestEntry,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { PreparedException } from '../exceptions/model.ts';
import type { Heartbeat } from '../heartbeat/model.ts';
import { boundedRequests } from '../platform/bounded-requests.ts';
import { inChunks } from '../platform/chunks.ts';
import { type DeadLetter, type DeliveryMessage, deliveryMessageSchema } from './delivery-message.ts';

/** Most entries of one batch request (API reference). */
const BATCH = 10;

/** SQS rejects single entries of a batch, mostly by throttling. Only those are sent again. */
const MAX_TRIES = 3;

/** The longest delay of a message (API reference). A dispatcher that receives it early hides it for the rest. */
const MAX_DELAY_SECONDS = 900;

/** In how many seconds a received message becomes visible again, at most 12 hours. */
export type Postponement = { readonly receiptHandle: string; readonly seconds: number };

/** The positions of the entries that SQS rejected in every attempt. */
export type Rejected = ReadonlySet<number>;

/** Creates a client with request timeouts, so that a hanging request leaves the function time to respond. */
export const connectSqs = (requests = boundedRequests()): SQSClient => new SQSClient(requests);

type Entry = { readonly Id: string };
type SendBatch<Of extends Entry> = (
  entries: Of[],
) => Promise<{ Failed?: readonly { Id?: string | undefined }[] | undefined }>;

/** Sends entries in parallel requests of ten. Throws if a whole request fails. */
const sendInBatches = async <Of extends Entry>(entries: readonly Of[], send: SendBatch<Of>): Promise<Rejected> => {
  const sendUntilAccepted = async (ten: Of[]): Promise<Of[]> => {
    let pending = ten;
    for (let attempt = 1; attempt <= MAX_TRIES && pending.length > 0; attempt += 1) {
      const { Failed = [] } = await send(pending);
      const failed = new Set(Failed.map(({ Id }) => Id));
      pending = pending.filter(({ Id }) => failed.has(Id));
    }
    return pending;
  };
  const left = await Promise.all(inChunks(entries, BATCH).map(sendUntilAccepted));
  return new Set(left.flat().map(({ Id }) => Number(Id)));
};

const sendTo = (client: SQSClient, queueUrl: string) => (bodies: readonly object[]) =>
  sendInBatches(
    bodies.map((body, position) => ({ Id: String(position), MessageBody: JSON.stringify(body) })),
    (entries) => client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries })),
  );

/** Sends a heartbeat the way that deliveries go. Throws if the queue rejects it. */
export const sendHeartbeat =
  (client: SQSClient, queueUrl: string) =>
  async (heartbeat: Heartbeat): Promise<void> => {
    const rejected = await sendTo(client, queueUrl)([heartbeat]);
    if (rejected.size > 0) throw new Error('The delivery queue rejected a heartbeat');
  };

/** Sends delivery messages to the delivery queue. */
export const sendDeliveries = (
  client: SQSClient,
  queueUrl: string,
): ((messages: readonly DeliveryMessage[]) => Promise<Rejected>) => sendTo(client, queueUrl);

/** Sends delivery messages to the delivery queue, each with a delay. */
export const reenqueue =
  (client: SQSClient, queueUrl: string) =>
  (entries: readonly { readonly message: DeliveryMessage; readonly seconds: number }[]): Promise<Rejected> =>
    sendInBatches(
      entries.map(({ message, seconds }, position) => ({
        Id: String(position),
        MessageBody: JSON.stringify(deliveryMessageSchema.parse(message)),
        DelaySeconds: Math.min(MAX_DELAY_SECONDS, seconds),
      })),
      (batch) => client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch })),
    );

/** Sends an exception that couldn't be recorded to the delivery queue. Throws if the queue rejects it. */
export const sendException =
  (client: SQSClient, queueUrl: string) =>
  async (exception: PreparedException): Promise<void> => {
    const rejected = await sendTo(client, queueUrl)([{ exception }]);
    if (rejected.size > 0) throw new Error('The delivery queue rejected an exception');
  };

/** Sends failed deliveries to the dead-letter queue. */
export const sendDeadLetters = (
  client: SQSClient,
  queueUrl: string,
): ((letters: readonly DeadLetter[]) => Promise<Rejected>) => sendTo(client, queueUrl);

/** Changes the visibility timeouts of received messages. */
export const postpone =
  (client: SQSClient, queueUrl: string) =>
  (postponements: readonly Postponement[]): Promise<Rejected> =>
    sendInBatches(
      postponements.map(({ receiptHandle, seconds }, position): Entry & ChangeMessageVisibilityBatchRequestEntry => ({
        Id: String(position),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      })),
      (entries) => client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries: entries })),
    );
