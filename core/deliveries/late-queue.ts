import type { PreparedException } from '../exceptions/model.ts';
import type { DeliveryMessage } from './delivery-message.ts';

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

/** Sends a delivery message. Throws if the queue rejects it. */
export const sendDeliveryLate =
  (queueUrl: string) =>
  async (message: DeliveryMessage): Promise<void> => {
    const { connectSqs, sendDeliveries } = await load();
    const rejected = await sendDeliveries(connectSqs(), queueUrl)([message]);
    if (rejected.size > 0) throw new Error('The delivery queue rejected a message');
  };
