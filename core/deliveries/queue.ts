import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { PreparedException } from '../exceptions/model.ts';
import type { Heartbeat } from '../heartbeat/model.ts';
import { boundedRequests } from '../platform/bounded-requests.ts';
import { inChunks } from '../platform/chunks.ts';
import type { TargetName } from '../targets/target-record.ts';
import type { DeadLetter, RetryMessage, WakeMessage } from './delivery-message.ts';
import type { DeliveryRef } from './model.ts';

/** Most entries of one batch request (API reference). */
const BATCH = 10;

/** SQS rejects single entries of a batch, mostly by throttling. Only those are sent again. */
const MAX_TRIES = 3;

/** The longest delay of a message in seconds (API reference). */
export const MAX_DELAY_SECONDS = 900;

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

/** Wakes a target, at once or in some seconds, 900 at most. */
export type Wake = {
  readonly target: TargetName;
  /** New deliveries, which an index may not have yet. */
  readonly deliveries?: readonly DeliveryRef[];
  readonly delaySeconds?: number;
  /** Fair queues: messages of a group that has many wait behind those of others. Without one, the target's own. */
  readonly group?: string;
};

/** Most new deliveries that a message names. */
const NAMED = 50;

/** The body of the message: without addresses, and without what isn't needed to find the deliveries. */
export const wakeBody = ({ target, deliveries = [] }: Wake): WakeMessage => ({
  target,
  deliveries: deliveries.slice(0, NAMED).map(({ notification_id, delivery_id }) => ({ notification_id, delivery_id })),
});

/** Sends messages that wake targets. Returns the positions of those that the queue rejected. */
export const wakeTargets =
  (client: SQSClient, queueUrl: string) =>
  (wakes: readonly Wake[]): Promise<Rejected> =>
    sendInBatches(
      wakes.map((wake, position) => ({
        Id: String(position),
        MessageBody: JSON.stringify(wakeBody(wake)),
        DelaySeconds: Math.min(MAX_DELAY_SECONDS, wake.delaySeconds ?? 0),
        MessageGroupId: wake.group ?? wake.target,
      })),
      (batch) => client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch })),
    );

/** Sends messages that restart deliveries. Throws if the queue rejects one. */
export const sendRetries =
  (client: SQSClient, queueUrl: string) =>
  async (messages: readonly RetryMessage[]): Promise<void> => {
    const rejected = await sendTo(client, queueUrl)(messages);
    if (rejected.size > 0) throw new Error('The delivery queue rejected a message');
  };

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
