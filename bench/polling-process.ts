/**
 * Acts as the dispatcher's instances and as Lambda, which feeds them from the queue: several batches of up to ten at a time,
 * each received, handled, and deleted. It starts with the first message and runs until it is killed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';

const givenSchema = z.object({ bundle: z.string(), queueUrl: z.string(), instances: z.number() });
const handlerModuleSchema = z.object({ handler: z.custom<(event: unknown, context: unknown) => Promise<unknown>>() });
const answerSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

const { bundle, queueUrl, instances } = givenSchema.parse(JSON.parse(process.argv[2] ?? ''));

// As Lambda's runtime does with its JSON format: one line an entry.
console.log = (entry: unknown) => process.stdout.write(`${JSON.stringify({ level: 'INFO', message: entry })}\n`);

const { handler } = handlerModuleSchema.parse(await import(pathToFileURL(bundle).href));
const sqs = new SQSClient({ maxAttempts: 1 });

const recordOf = ({ MessageId, ReceiptHandle, Body, Attributes }: Message) => ({
  messageId: MessageId,
  receiptHandle: ReceiptHandle,
  body: Body,
  attributes: Attributes,
  messageAttributes: {},
  eventSource: 'aws:sqs',
});

const handleOne = async (): Promise<void> => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
    }),
  );
  if (Messages.length === 0) return;
  const { batchItemFailures } = answerSchema.parse(await handler({ Records: Messages.map(recordOf) }, {}));
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = Messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
  if (done.length === 0) return;
  const Entries = done.map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
};

/**
 * Lambda begins with five batches at a time and adds up to five a second:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const AT_FIRST = 5;
const ADDED_EVERY_MS = 200;

const instance = async (position: number): Promise<never> => {
  await delay(Math.max(0, position - AT_FIRST + 1) * ADDED_EVERY_MS);
  for (;;) await handleOne();
};

process.on('message', () => void Promise.all(Array.from({ length: instances }, (_, position) => instance(position))));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
