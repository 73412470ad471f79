import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { PreparedException } from '../../core/exceptions/model.ts';
import { guard, taskReport } from './answers.ts';
import { byTarget, parseBatch, type RequestOf } from './batch.ts';
import { type RestartDeps, type Restarted, restart } from './restart.ts';
import { type ServeDeps, serveTarget } from './serve-target.ts';

export type DispatchDeps = ServeDeps &
  RestartDeps & { readonly recordException: (exception: PreparedException) => Promise<unknown> };

/** Records an exception that was queued because the table couldn't be reached. Returns its message's id if it still can't. */
const recordQueued = async (
  deps: DispatchDeps,
  { messageId, exception }: RequestOf<'exception'>,
): Promise<readonly string[]> => {
  try {
    await deps.recordException(exception);
    return [];
  } catch (error) {
    deps.log.error("A queued exception can't be recorded yet", { message_id: messageId, error });
    return [messageId];
  }
};

/** Restarts deliveries. Returns the targets to serve for them, and the ids of the messages to retry. */
const restartAll = async (deps: DispatchDeps, requests: readonly RequestOf<'retry'>[]) => {
  const wanted: Restarted[] = [];
  const retries = requests.map((request) =>
    guard(deps, [request.messageId], async () => {
      const restarted = await restart(deps, request);
      if (restarted !== null) wanted.push(restarted);
    }),
  );
  return { failed: (await Promise.all(retries)).flat(), wanted };
};

const dispatchBatch = async (deps: DispatchDeps, { Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const { wakes, retries, exceptions, unreadable } = parseBatch(Records, deps.log);
  const unrecorded = await Promise.all(exceptions.map((exception) => recordQueued(deps, exception)));
  const { failed, wanted } = await restartAll(deps, retries);
  const woken = wakes.map(({ messageId, message: { target, deliveries } }) => ({ messageId, target, deliveries }));
  const unserved = await Promise.all(
    byTarget([...woken, ...wanted]).map((serving) => guard(deps, serving.messageIds, () => serveTarget(deps, serving))),
  );
  if (unreadable.length > 0) await deps.capture(taskReport(new Error('A message could not be read'), null));
  const ids = [...unreadable.map(({ messageId }) => messageId), ...unrecorded.flat(), ...failed, ...unserved.flat()];
  return { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) };
};

/**
 * Handles a batch of the delivery queue: serves each target that it names. Targets fail independently: the messages of those
 * that fail are returned to SQS and come again.
 */
export const dispatch =
  (deps: DispatchDeps) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    try {
      return await dispatchBatch(deps, event);
    } catch (error) {
      await deps.capture(taskReport(error, null));
      throw error;
    }
  };
