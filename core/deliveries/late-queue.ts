import type { PreparedException } from '../exceptions/model.ts';
import type { RetryMessage } from './delivery-message.ts';
import type { Wake } from './queue.ts';

/**
 * The delivery queue for functions that rarely send to it. The SQS client is loaded with the first message, from a file of
 * its own, so that no cold start reads it (docs/adr/026-keep-bundles-small.md).
 */
const load = () => import('./queue.ts');

/** Sends an exception that couldn't be recorded. Throws if the queue rejects it. */
export const sendExceptionLate =
  (queueUrl: string) =>
  async (exception: PreparedException): Promise<void> => {
    const { connectSqs, sendException } = await load();
    await sendException(connectSqs(), queueUrl)(exception);
  };

/** Sends messages that restart deliveries. Throws if the queue rejects one. */
export const sendRetriesLate =
  (queueUrl: string) =>
  async (messages: readonly RetryMessage[]): Promise<void> => {
    const { connectSqs, sendRetries } = await load();
    await sendRetries(connectSqs(), queueUrl)(messages);
  };

/** Sends messages that wake targets. Throws if the queue rejects one. */
export const wakeTargetsLate =
  (queueUrl: string) =>
  async (wakes: readonly Wake[]): Promise<void> => {
    const { connectSqs, wakeTargets } = await load();
    const rejected = await wakeTargets(connectSqs(), queueUrl)(wakes);
    if (rejected.size > 0) throw new Error('The delivery queue rejected a message');
  };
