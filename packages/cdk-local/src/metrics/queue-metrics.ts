import { z } from 'zod';
import type { QueueDefinition } from '../template/read-queues.ts';
import type { Metrics } from './metrics.ts';

const messageSchema = z.object({ sentTimestamp: z.number(), approximateReceiveCount: z.number() });

/** How fauxqs shows a queue, without receiving from it. */
const queueSchema = z.object({
  messages: z.object({
    ready: z.array(messageSchema),
    delayed: z.array(messageSchema),
    inflight: z.array(z.object({ message: messageSchema })),
  }),
});

/** From the third receive on, SQS leaves a message out of the age of the oldest. */
const RECEIVES_UNTIL_LEFT_OUT = 3;

/**
 * Samples the queues, as SQS does once a minute.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export const sampleQueues = async (
  queues: readonly QueueDefinition[],
  { sqsUrl, metrics, now }: { readonly sqsUrl: string; readonly metrics: Metrics; now(): Date },
): Promise<void> => {
  for (const { name } of queues) {
    const response = await fetch(`${sqsUrl}/_fauxqs/queues/${name}`);
    const { ready, delayed, inflight } = queueSchema.parse(await response.json()).messages;
    const record = (metric: string, value: number) =>
      metrics.record({ namespace: 'AWS/SQS', name: metric, dimensions: { QueueName: name } }, value);
    const all = [...ready, ...delayed, ...inflight.map(({ message }) => message)];
    const sent = all
      .filter(({ approximateReceiveCount }) => approximateReceiveCount < RECEIVES_UNTIL_LEFT_OUT)
      .map(({ sentTimestamp }) => sentTimestamp);
    const oldestMs = sent.length === 0 ? now().getTime() : Math.min(...sent);
    record('ApproximateAgeOfOldestMessage', Math.max(0, (now().getTime() - oldestMs) / 1_000));
    record('ApproximateNumberOfMessagesVisible', ready.length);
    record('ApproximateNumberOfMessagesNotVisible', inflight.length);
  }
};
