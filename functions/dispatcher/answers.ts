import { FUNCTION } from '../../core/contract.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import type { Log } from '../../core/log.ts';
import type { DeliveryQueueMessage } from './batch.ts';

/** `ack`: SQS deletes the message. `retry`: it stays in the queue and comes again when it is visible. */
export type Answer = 'ack' | 'retry';

export type AnswerDeps = {
  readonly log: Log;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

/** Reports a failure of the dispatcher as a `task` exception. */
export const taskReport = (error: unknown, args: ExceptionReport['arguments']): ExceptionReport =>
  taskFailure(error, { function: FUNCTION.dispatcher, arguments: args });

/** The ids of the messages to retry; the answers are in the same order. */
export const idsToRetry = (messages: readonly DeliveryQueueMessage[], answers: readonly Answer[]): string[] =>
  messages.flatMap(({ messageId }, position) => (answers[position] === 'ack' ? [] : [messageId]));

/** Returns the ids of the messages to retry. If the action throws, it logs and captures the error and retries all of them. */
export const guard = async (
  { log, capture }: AnswerDeps,
  messages: readonly DeliveryQueueMessage[],
  action: () => Promise<readonly string[]>,
): Promise<readonly string[]> => {
  try {
    return await action();
  } catch (error) {
    for (const { notification_id, delivery_id } of messages)
      log.error('A message failed', { notification_id, delivery_id, error });
    // Without ids, so that repeats are one exception: its own notification could fail the same way.
    await capture(taskReport(error, null));
    return messages.map(({ messageId }) => messageId);
  }
};
