import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Letter, RedriveDeps } from './redrive.ts';
import type { Queues } from './stage.ts';

/** Longer than ten messages take at one a second. */
const HIDDEN_SECONDS = 60;

/** Long polling asks all servers of the queue: an empty answer then means an empty queue. */
const POLL_SECONDS = 2;

/** Most messages of one request (API reference). */
const BATCH = 10;

const entries = <Entry>(entries: readonly Entry[]): (Entry & { readonly Id: string })[] =>
  entries.map((entry, position) => ({ ...entry, Id: String(position) }));

/** What moving letters does to the queues. */
export const connectQueues = (
  client: SQSClient,
  { deliveries, deadLetters }: Pick<Queues, 'deliveries' | 'deadLetters'>,
): Pick<RedriveDeps, 'receive' | 'send' | 'remove'> => ({
  receive: async () => {
    const received = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: deadLetters,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: POLL_SECONDS,
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    return (received.Messages ?? []).map(
      ({ Body = '', ReceiptHandle = '', Attributes }): Letter => ({
        body: Body,
        receiptHandle: ReceiptHandle,
        sentMs: Number(Attributes?.SentTimestamp ?? 0),
      }),
    );
  },
  send: async (bodies) => {
    const Entries = entries(bodies.map((MessageBody) => ({ MessageBody })));
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: deliveries, Entries }));
    return new Set(Failed.map(({ Id }) => Number(Id)));
  },
  remove: async (letters) => {
    const Entries = entries(letters.map(({ receiptHandle }) => ({ ReceiptHandle: receiptHandle })));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: deadLetters, Entries }));
  },
});
