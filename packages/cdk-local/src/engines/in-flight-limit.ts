import { setTimeout as sleep } from 'node:timers/promises';
import type { buildApp } from 'fauxqs';
import { z } from 'zod';
import type { Stores } from './sqs-stores.ts';

/**
 * Most messages that a standard queue has in flight: received, and neither deleted nor visible again. Those that are hidden for
 * long count, too. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const IN_FLIGHT_LIMIT = 120_000;

const receiveSchema = z.looseObject({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.number().default(1),
  WaitTimeSeconds: z.number().optional(),
});

const OVER_LIMIT = { __type: 'com.amazonaws.sqs#OverLimit', message: 'Too many messages in flight.' };

/**
 * Hands out no message beyond the limit, which fauxqs doesn't know. As SQS does, it answers a short poll with an error, and a long
 * one with no message.
 */
export const limitInFlight = (app: ReturnType<typeof buildApp>, { sqsStore }: Stores, limit: number): void => {
  app.addHook('preHandler', async (request, reply) => {
    if (request.headers['x-amz-target'] !== 'AmazonSQS.ReceiveMessage') return;
    const asked = receiveSchema.safeParse(request.body).data;
    const queue = asked && sqsStore.getQueue(asked.QueueUrl);
    if (asked === undefined || queue === undefined) return;
    queue.processTimers();
    const left = limit - queue.inflightMessages.size;
    if (left > 0) {
      request.body = { ...asked, MaxNumberOfMessages: Math.min(asked.MaxNumberOfMessages, left) };
      return;
    }
    const waitSeconds = asked.WaitTimeSeconds ?? Number(queue.attributes['ReceiveMessageWaitTimeSeconds'] ?? 0);
    const json = reply.header('content-type', 'application/x-amz-json-1.0');
    if (waitSeconds === 0) return json.code(400).header('x-amzn-query-error', 'OverLimit;Sender').send(OVER_LIMIT);
    await sleep(waitSeconds * 1_000);
    return json.send({});
  });
};
