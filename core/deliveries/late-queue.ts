import type { PreparedException } from '../exceptions/model.ts';
import type { DeliveryMessage } from './delivery-message.ts';

/**
 * The delivery queue for functions that hardly ever send to it. The SQS client comes with the first message, out of a file
 * of its own: no start has to read it (docs/adr/026-keep-bundles-small.md).
 */
const load = () => import('./queue.ts');

/** Sends an exception that could not be recorded. Throws where the queue does not take it. */
export const sendExceptionLate =
  (queueUrl: string) =>
  async (exception: PreparedException): Promise<void> => {
    const { connectSqs, sendException } = await load();
    await sendException(connectSqs(), queueUrl)(exception);
  };

/** Sends a delivery message. Throws where the queue does not take it. */
export const sendDeliveryLate =
  (queueUrl: string) =>
  async (message: DeliveryMessage): Promise<void> => {
    const { connectSqs, sendDeliveries } = await load();
    const rejected = await sendDeliveries(connectSqs(), queueUrl)([message]);
    if (rejected.size > 0) throw new Error('The delivery queue did not take a message');
  };
