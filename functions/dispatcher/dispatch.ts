import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { channelOf } from '../../core/channels/channels.ts';
import type { PreparedException } from '../../core/exceptions/model.ts';
import { guard, idsToRetry, taskReport } from './answers.ts';
import type { AttemptResult } from './attempt.ts';
import { type DeliveryQueueMessage, parseBatch, type QueuedException } from './batch.ts';
import { type ClaimDeps, claimTogether, claimWithReservedSlots, type DueDelivery } from './claim.ts';
import { type LoadedDelivery, type NextActionDeps, nextAction } from './next-action.ts';
import { type RoutingContext, resolveTarget } from './resolve-target.ts';
import { type SendClaimedDeps, sendClaimed } from './send-claimed.ts';
import { type UpdateHealthDeps, updateHealth } from './update-health.ts';

export type DispatchDeps = NextActionDeps &
  ClaimDeps &
  SendClaimedDeps &
  UpdateHealthDeps & {
    /**
     * Reads deliveries with their notifications. The answer finds one: null if either was deleted. May throw for one that
     * can't be read.
     */
    readonly readDeliveries: (
      messages: readonly DeliveryQueueMessage[],
    ) => Promise<(message: DeliveryQueueMessage) => LoadedDelivery | null>;
    readonly readRoutingContext: (
      productIds: readonly string[],
      addresses: readonly string[],
    ) => Promise<RoutingContext>;
    readonly recordException: (exception: PreparedException) => Promise<unknown>;
  };

/** Records an exception that was queued because the table couldn't be reached. Returns its message's id if it still can't. */
const recordQueued = async (deps: DispatchDeps, { messageId, exception }: QueuedException): Promise<string[]> => {
  try {
    await deps.recordException(exception);
    return [];
  } catch (error) {
    deps.log.error("A queued exception can't be recorded yet", { message_id: messageId, error });
    return [messageId];
  }
};

const readContext = (deps: DispatchDeps, due: readonly DueDelivery[]): Promise<RoutingContext> =>
  deps.readRoutingContext(
    due.flatMap(({ before, notification }) => (before.source === 'product' ? (notification.product_id ?? []) : [])),
    due.flatMap(({ before }) => (channelOf(before.channel).field.kind === 'addresses' ? [before.target] : [])),
  );

/**
 * Claims due deliveries, sends and settles them, and updates the health of their targets. Claimed before sending: SQS may
 * deliver a message twice. Returns the ids of the messages to retry.
 */
const sendDue = async (deps: DispatchDeps, due: readonly DueDelivery[]): Promise<readonly string[]> => {
  const [{ claimed, withoutSlots }, context] = await Promise.all([claimTogether(deps, due), readContext(deps, due)]);
  const results: AttemptResult[] = [];
  const send = { context, onResult: (result: AttemptResult) => results.push(result) };
  const willBeSent = ({ before, notification, isLate }: DueDelivery) =>
    resolveTarget({ delivery: before, notification, isLate }, context).target !== null;
  const later = withoutSlots.map((group) =>
    guard(deps, messagesOf(group.due), async () =>
      sendClaimed(deps, await claimWithReservedSlots(deps, group, willBeSent), send),
    ),
  );
  const retries = await Promise.all([sendClaimed(deps, claimed, send), ...later]);
  await updateHealth(deps, results, context);
  return retries.flat();
};

const messagesOf = (due: readonly DueDelivery[]) => due.map(({ message }) => message);

/** Loads the deliveries of messages and does for each what its state asks for. Returns the ids of the messages to retry. */
const dispatchDeliveries = async (
  deps: DispatchDeps,
  messages: readonly DeliveryQueueMessage[],
): Promise<readonly string[]> => {
  if (messages.length === 0) return [];
  const find = await deps.readDeliveries(messages);
  const actions = messages.map((message) => nextAction(deps, message, find));
  const due = actions.flatMap((action) => (action.kind === 'send' ? [action.due] : []));
  const others = actions.flatMap((action) => (action.kind === 'answer' ? [action] : []));
  const retries = await Promise.all([
    ...(due.length === 0 ? [] : [guard(deps, messagesOf(due), () => sendDue(deps, due))]),
    ...others.map(({ message, run }) => guard(deps, [message], async () => idsToRetry([message], await run()))),
  ]);
  return retries.flat();
};

const dispatchBatch = async (deps: DispatchDeps, { Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const { messages, exceptions, unreadable } = parseBatch(Records, deps.log);
  const unrecorded = await Promise.all(exceptions.map((exception) => recordQueued(deps, exception)));
  const retries = await dispatchDeliveries(deps, messages);
  if (unreadable.length > 0) await deps.capture(taskReport(new Error('A message could not be read'), null));
  const failed = [...unreadable, ...unrecorded.flat(), ...retries];
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

/**
 * Handles a batch of the delivery queue: sends each delivery to its target and records the outcome. Messages fail
 * independently: those that fail are returned to SQS and come again.
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
