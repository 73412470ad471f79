import { FUNCTION } from '../../core/contract.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import type { Log } from '../../core/log.ts';

export type AnswerDeps = {
  readonly log: Log;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

/** Reports a failure of the dispatcher as a `task` exception. */
export const taskReport = (error: unknown, args: ExceptionReport['arguments']): ExceptionReport =>
  taskFailure(error, { function: FUNCTION.dispatcher, arguments: args });

/** Runs an action for some messages. Returns the ids of those to retry: none, or all if it throws, which is captured. */
export const guard = async (
  { log, capture }: AnswerDeps,
  messageIds: readonly string[],
  action: () => Promise<void>,
): Promise<readonly string[]> => {
  try {
    await action();
    return [];
  } catch (error) {
    for (const messageId of messageIds) log.error('A message failed', { message_id: messageId, error });
    // Without ids, so that repeats are one exception: its own notification could fail the same way.
    await capture(taskReport(error, null));
    return messageIds;
  }
};
