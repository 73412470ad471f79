import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { nextStep } from '../../core/deliveries/next-step.ts';
import { isLateAttempt } from '../../core/deliveries/superseded.ts';
import type { PreparedException } from '../../core/exceptions/model.ts';
import {
  type AttemptDeps,
  type Attempted,
  attempt,
  type Loaded,
  type RoutingContext,
  resolveTarget,
  taskReport,
} from './attempt.ts';
import { groupCommit } from './group-commit.ts';
import { type HeedDeps, heedThrottle } from './heed-throttle.ts';
import { type Message, type QueuedException, readBatch } from './messages.ts';
import { postponeMessages, type SettleDeps, sendToDeadLetterQueue, settleTogether, type Verdict } from './settle.ts';
import { type Due, queueUp, type TakeDeps, type Taken, takeAtOnce } from './take.ts';
import { type UpdateHealthDeps, updateHealth } from './update-health.ts';

export type DispatchDeps = AttemptDeps &
  SettleDeps &
  UpdateHealthDeps &
  TakeDeps &
  HeedDeps & {
    /** Finds a delivery with its notification; null where one of them is gone. May throw for one alone. */
    readonly readDeliveries: (messages: readonly Message[]) => Promise<(message: Message) => Loaded | null>;
    readonly readRoutingContext: (
      productIds: readonly string[],
      addresses: readonly string[],
    ) => Promise<RoutingContext>;
    /** Puts an exception on record that came through the queue. */
    readonly record: (exception: PreparedException) => Promise<unknown>;
    /** A moment in which more tries may end, so that they are settled together. */
    readonly gather: () => Promise<void>;
  };

type Decision =
  | { readonly kind: 'due'; readonly due: Due }
  /** What remains to be done for a message whose delivery is not to be sent now. */
  | { readonly kind: 'other'; readonly message: Message; readonly act: () => Promise<readonly Verdict[]> };

const decide = (deps: DispatchDeps, message: Message, found: Loaded | null): Decision => {
  const other = (act: () => Promise<readonly Verdict[]>): Decision => ({ kind: 'other', message, act });
  // The delivery or its notification was deleted: nobody is to be told any more.
  if (found === null) return other(async () => ['done']);
  const { delivery, notification } = found;
  const now = deps.now();
  const standing = nextStep(delivery, message.retry_of ?? null, now);
  switch (standing.kind) {
    case 'due':
      return {
        kind: 'due',
        due: {
          message,
          before: delivery,
          notification,
          isLate: isLateAttempt(delivery, now),
          line: deps.lineOf(delivery),
        },
      };
    case 'settled':
      return other(async () => ['done']);
    case 'waiting':
      return other(async () => {
        const { seconds, bounded } = standing;
        if (bounded !== undefined) await deps.changeDeliveries([{ before: delivery, after: bounded }]);
        return await postponeMessages(deps, [{ message, seconds }]);
      });
    case 'failed':
      // Whether the dead-letter queue has it already is not known.
      return other(() => sendToDeadLetterQueue(deps, [delivery]));
    default:
      return standing satisfies never;
  }
};

/** An item that the schemas refuse fails its own message alone. */
const decideAlone = (deps: DispatchDeps, message: Message, find: (message: Message) => Loaded | null): Decision => {
  try {
    return decide(deps, message, find(message));
  } catch (error) {
    return { kind: 'other', message, act: () => Promise.reject(error) };
  }
};

const routingContextFor = (deps: DispatchDeps, due: readonly Due[]): Promise<RoutingContext> =>
  deps.readRoutingContext(
    due.flatMap(({ before, notification }) => (before.source === 'product' ? (notification.product_id ?? []) : [])),
    due.flatMap(({ before }) => (before.channel === 'email' ? [before.target] : [])),
  );

/** The ids of messages that stay queued. */
const unacknowledged = (messages: readonly Message[], verdicts: readonly Verdict[]): string[] =>
  messages.flatMap(({ messageId }, position) => (verdicts[position] === 'done' ? [] : [messageId]));

/** The ids of messages that stay queued. Where the act throws it is logged, and they all do. */
const guard = async (
  { log, capture }: DispatchDeps,
  messages: readonly Message[],
  act: () => Promise<readonly string[]>,
): Promise<readonly string[]> => {
  try {
    return await act();
  } catch (error) {
    for (const { notification_id, delivery_id } of messages)
      log.error('A message failed', { notification_id, delivery_id, error });
    // Without its names: a message about this failure could fail the same way, and must be held back then.
    await capture(taskReport(error, null));
    return messages.map(({ messageId }) => messageId);
  }
};

/** What the tries of a batch need, and where they are noted. */
type Round = { readonly circumstances: RoutingContext; readonly experiences: Attempted[] };

/**
 * Sends what was claimed side by side, each at its slot, and settles it soon after it ends: a target that hangs holds up
 * nothing but itself. What waits is postponed.
 */
const carryOut = async (deps: DispatchDeps, { sending, waiting }: Taken, round: Round): Promise<readonly string[]> => {
  const settle = groupCommit({ expected: sending.length, flush: settleTogether(deps), gather: deps.gather });
  const sent = sending.map(({ message, claim, slotMs }) =>
    guard(deps, [message], async () => {
      await deps.waitUntil(slotMs);
      const attempted = await attempt(deps, claim, round.circumstances);
      round.experiences.push(attempted);
      const requestId = claim.notification.request_id;
      const settling = settle({ message, requestId, ...attempted });
      const [verdict] = await Promise.all([settling, heedThrottle(deps, attempted)]);
      return unacknowledged([message], [verdict]);
    }),
  );
  const postponed = waiting.length === 0 ? [] : await postponeMessages(deps, waiting);
  return [
    ...unacknowledged(
      waiting.map(({ message }) => message),
      postponed,
    ),
    ...(await Promise.all(sent)).flat(),
  ];
};

/** Claims before sending, as SQS may deliver a message twice. Returns the ids of the messages that stay queued. */
const dispatchDue = (deps: DispatchDeps, due: readonly Due[]): Promise<readonly string[]> => {
  const messagesOf = (entries: readonly Due[]) => entries.map(({ message }) => message);
  return guard(deps, messagesOf(due), async () => {
    if (due.length === 0) return [];
    const [{ taken, queues }, circumstances] = await Promise.all([takeAtOnce(deps, due), routingContextFor(deps, due)]);
    const round: Round = { circumstances, experiences: [] };
    const isSent = ({ before, notification, isLate }: Due) =>
      resolveTarget({ delivery: before, notification, isLate }, circumstances).target !== null;
    // A line in which others stand asks once more, by itself: it holds up nobody else's messages.
    const queued = queues.map((queue) =>
      guard(deps, messagesOf(queue.due), async () => carryOut(deps, await queueUp(deps, queue, isSent), round)),
    );
    const again = await Promise.all([carryOut(deps, taken, round), ...queued]);
    await updateHealth(deps, round.experiences, circumstances);
    return again.flat();
  });
};

/** Records an exception that came through the queue; tells the message that stays where the table is still away. */
const recordQueued = async (deps: DispatchDeps, { messageId, exception }: QueuedException): Promise<string[]> => {
  try {
    await deps.record(exception);
    return [];
  } catch (error) {
    deps.log.error('A queued exception could not be recorded yet', { message_id: messageId, error });
    return [messageId];
  }
};

const dispatchBatch = async (deps: DispatchDeps, { Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const { messages, exceptions, unreadable } = readBatch(Records, deps.log);
  const queued = await Promise.all(exceptions.map((exception) => recordQueued(deps, exception)));
  const find = messages.length === 0 ? () => null : await deps.readDeliveries(messages);
  const decisions = messages.map((message) => decideAlone(deps, message, find));
  const due = decisions.flatMap((decision) => (decision.kind === 'due' ? [decision.due] : []));
  const others = decisions.flatMap((decision) => (decision.kind === 'other' ? [decision] : []));
  const again = await Promise.all([
    dispatchDue(deps, due),
    ...others.map(({ message, act }) => guard(deps, [message], async () => unacknowledged([message], await act()))),
  ]);
  if (unreadable.length > 0) await deps.capture(taskReport(new Error('A message could not be read'), null));
  const failed = [...unreadable, ...queued.flat(), ...again.flat()];
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

/** Brings each delivery of a batch of queue messages to its target and records the outcome; each message for itself. */
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
