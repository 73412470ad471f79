import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { claimed, type Delivery, standingOf } from '../domain/delivery.ts';
import type { PreparedException } from '../domain/exception.ts';
import { type AttemptDeps, type Attempted, attempt, type Circumstances, type Claim, taskReport } from './attempt.ts';
import { groupCommit } from './group-commit.ts';
import { type LearnDeps, learn } from './learn.ts';
import { type Message, type QueuedException, readBatch } from './messages.ts';
import { buryFailed, postponeMessages, type SettleDeps, settleTogether, type Verdict } from './settle.ts';

export type DispatchDeps = AttemptDeps &
  SettleDeps &
  LearnDeps & {
    /** Finds a delivery with its notification; null where one of them is gone. May throw for one alone. */
    readonly readDeliveries: (messages: readonly Message[]) => Promise<(message: Message) => Claim | null>;
    readonly readCircumstances: (productIds: readonly string[]) => Promise<Circumstances>;
    /** Puts an exception on record that came through the queue. */
    readonly record: (exception: PreparedException) => Promise<unknown>;
    /** A name that was never given before. */
    readonly newClaim: () => string;
    /** A moment in which more tries may end, so that they are settled together. */
    readonly gather: () => Promise<void>;
  };

/** Who lost the race for a claim looks again when the winner's lease (90 s) is over. */
const AFTER_RIVAL_SECONDS = 95;

/** A message, the delivery that it is for, and the claim that is to be made of it. */
type Due = { readonly message: Message; readonly before: Delivery; readonly claim: Claim };

type Decision =
  | { readonly kind: 'due'; readonly due: Due }
  /** What remains to be done for a message whose delivery is not to be sent now. */
  | { readonly kind: 'other'; readonly message: Message; readonly act: () => Promise<readonly Verdict[]> };

const decide = (deps: DispatchDeps, message: Message, found: Claim | null): Decision => {
  const other = (act: () => Promise<readonly Verdict[]>): Decision => ({ kind: 'other', message, act });
  // The delivery or its notification was deleted: nobody is to be told any more.
  if (found === null) return other(async () => ['done']);
  const { delivery, notification } = found;
  const now = deps.now();
  const standing = standingOf(delivery, message.retry_of ?? null, now);
  switch (standing.kind) {
    case 'due': {
      const claim = { delivery: claimed(delivery, deps.newClaim(), now), notification };
      return { kind: 'due', due: { message, before: delivery, claim } };
    }
    case 'over':
      return other(async () => ['done']);
    case 'waiting':
      return other(() => postponeMessages(deps, [{ message, seconds: standing.seconds }]));
    case 'failed':
      // Whether the dead-letter queue has it already is not known.
      return other(() => buryFailed(deps, [delivery]));
    default:
      return standing satisfies never;
  }
};

/** An item that the schemas refuse fails its own message alone. */
const decideAlone = (deps: DispatchDeps, message: Message, find: (message: Message) => Claim | null): Decision => {
  try {
    return decide(deps, message, find(message));
  } catch (error) {
    return { kind: 'other', message, act: () => Promise.reject(error) };
  }
};

const circumstancesOf = (deps: DispatchDeps, due: readonly Due[]): Promise<Circumstances> =>
  deps.readCircumstances(
    due.flatMap(({ claim: { delivery, notification } }) =>
      delivery.source === 'product' ? (notification.product_id ?? []) : [],
    ),
  );

/** Whether a message stays queued. What throws is logged, and stays. */
const judge = async (
  { log, capture }: DispatchDeps,
  { messageId, notification_id, delivery_id }: Message,
  act: () => Promise<readonly Verdict[]>,
): Promise<readonly string[]> => {
  try {
    return (await act()).includes('done') ? [] : [messageId];
  } catch (error) {
    log.error('A message failed', { notification_id, delivery_id, error });
    // Without its names: a message about this failure could fail the same way, and must be held back then.
    await capture(taskReport(error, null));
    return [messageId];
  }
};

/**
 * Claims before sending, as SQS may deliver a message twice; then sends side by side, and settles each soon after it
 * ends: a target that hangs holds up nothing but itself. Returns the ids of the messages that stay queued.
 */
const dispatchDue = async (deps: DispatchDeps, due: readonly Due[]): Promise<readonly string[]> => {
  if (due.length === 0) return [];
  const claims = due.map(({ before, claim }) => ({ before, after: claim.delivery }));
  const [lost, circumstances] = await Promise.all([deps.changeDeliveries(claims), circumstancesOf(deps, due)]);
  const settle = groupCommit({
    expected: due.length - lost.size,
    flush: settleTogether(deps),
    gather: deps.gather,
  });
  const experiences: Attempted[] = [];
  const judged = due.map(({ message, claim }, position) =>
    judge(deps, message, async () => {
      if (lost.has(position)) return await postponeMessages(deps, [{ message, seconds: AFTER_RIVAL_SECONDS }]);
      const attempted = await attempt(deps, claim, circumstances);
      experiences.push(attempted);
      return [await settle({ message, ...attempted })];
    }),
  );
  const again = (await Promise.all(judged)).flat();
  await learn(deps, experiences, circumstances);
  return again;
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
    ...others.map(({ message, act }) => judge(deps, message, act)),
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
