import type { DeliveryMessage } from '../../core/deliveries/delivery-message.ts';
import { MAX_WAIT_SECONDS } from '../../core/deliveries/retry-schedule.ts';
import type { Log } from '../../core/log.ts';
import type { Answer } from './answers.ts';
import type { DeliveryQueueMessage } from './batch.ts';

/** Positions of the entries that SQS refused. */
export type Refused = ReadonlySet<number>;

export type PostponeDeps = {
  /** Hides received messages for some seconds. */
  readonly postpone: (
    entries: readonly { readonly receiptHandle: string; readonly seconds: number }[],
  ) => Promise<Refused>;
  /** Sends new messages to the delivery queue, each with a delay. */
  readonly reenqueue: (
    entries: readonly { readonly message: DeliveryMessage; readonly seconds: number }[],
  ) => Promise<Refused>;
  readonly log: Log;
};

/** A message, and in how many seconds it comes again. */
export type Postponement = { readonly message: DeliveryQueueMessage; readonly seconds: number };

/**
 * SQS moves a message to the dead-letter queue when it was received 60 times (lib/delivery.ts). Waiting is no failure, so a
 * message is replaced by a new one well before that.
 */
const REPLACED_AFTER_RECEIPTS = 40;

/** Returns those that were replaced. A function that dies before it acknowledges the old message leaves both: no harm. */
const replaceBeforeReceiveLimit = async (
  deps: PostponeDeps,
  entries: readonly Postponement[],
): Promise<ReadonlySet<Postponement>> => {
  const old = entries.filter(({ message }) => message.receipts >= REPLACED_AFTER_RECEIPTS);
  if (old.length === 0) return new Set();
  const refused = await deps.reenqueue(old);
  return new Set(old.filter((_, position) => !refused.has(position)));
};

/**
 * Hides messages until their time, or for as long as SQS can. If that fails, they come again after the queue's visibility
 * timeout, and the delivery item says that it isn't time yet.
 */
export const postponeMessages = async (
  deps: PostponeDeps,
  entries: readonly Postponement[],
): Promise<readonly Answer[]> => {
  let replaced: ReadonlySet<Postponement> = new Set();
  try {
    replaced = await replaceBeforeReceiveLimit(deps, entries);
    const hidden = entries.filter((entry) => !replaced.has(entry));
    await deps.postpone(
      hidden.map(({ message: { receiptHandle }, seconds }) => ({
        receiptHandle,
        seconds: Math.min(MAX_WAIT_SECONDS, seconds),
      })),
    );
  } catch (error) {
    deps.log.error('Messages could not be postponed', { messages: entries.length, error });
  }
  return entries.map((entry) => (replaced.has(entry) ? 'ack' : 'retry'));
};
