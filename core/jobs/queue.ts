import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { boundedRequests } from '../platform/bounded-requests.ts';
import type { Job } from './model.ts';

/** Most entries of one SendMessageBatch (API reference). */
const BATCH = 10;

/** `delaySeconds`: the delay of the messages, at most 900 (API reference). */
export type SendJobs = (jobs: readonly Job[], delaySeconds?: number) => Promise<void>;

/** Sends jobs to a queue, ten in each request. Throws if SQS rejects any, as callers are retried. */
export const connectJobQueue = (queueUrl: string, requests = boundedRequests()): SendJobs => {
  const client = new SQSClient(requests);
  return async (jobs, delaySeconds = 0) => {
    for (let start = 0; start < jobs.length; start += BATCH) {
      const entries = jobs.slice(start, start + BATCH).map((job, position) => ({
        Id: String(position),
        MessageBody: JSON.stringify(job),
        DelaySeconds: delaySeconds,
      }));
      const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
      const failed = answer.Failed ?? [];
      if (failed.length > 0) throw new Error(`SQS refused ${failed.length} jobs: ${failed[0]?.Code}`);
    }
  };
};
