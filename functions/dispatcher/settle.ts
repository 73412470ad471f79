import { METRIC } from '../../core/contract.ts';
import { type DeadLetter, deadLetterOf } from '../../core/deliveries/delivery-message.ts';
import { settled } from '../../core/deliveries/lifecycle.ts';
import { type Delivery, type DeliveryName, deliveryName } from '../../core/deliveries/model.ts';
import { deadLettered } from '../../core/deliveries/next-step.ts';
import type { Measure } from '../../core/platform/metrics.ts';
import type { Answer } from './answers.ts';
import type { AttemptResult } from './attempt.ts';
import type { DeliveryQueueMessage } from './batch.ts';
import { type PostponeDeps, postponeMessages, type Refused } from './postpone.ts';

export type SettleDeps = PostponeDeps & {
  /** Writes claims and settlements. Returns the deliveries that were changed or deleted since they were read. */
  readonly changeDeliveries: (
    changes: readonly { readonly before: Delivery; readonly after: Delivery }[],
  ) => Promise<ReadonlySet<DeliveryName>>;
  readonly sendDeadLetters: (letters: readonly DeadLetter[]) => Promise<Refused>;
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly measure: Measure;
};

/** `requestId`: the API request that caused the notification. */
export type Settlement = AttemptResult & {
  readonly message: DeliveryQueueMessage;
  readonly requestId: string | null;
};

/**
 * Sends failed deliveries to the dead-letter queue, then marks them, so that another message sends no second letter. A function
 * that dies in between sends the letter twice, which does no harm.
 */
export const sendToDeadLetterQueue = async (
  deps: SettleDeps,
  failed: readonly Delivery[],
): Promise<readonly Answer[]> => {
  const refused = await deps.sendDeadLetters(failed.map(deadLetterOf));
  const sent = failed.filter((_, position) => !refused.has(position));
  if (sent.length > 0) await deps.changeDeliveries(sent.map((before) => ({ before, after: deadLettered(before) })));
  return failed.map((_, position) => (refused.has(position) ? 'retry' : 'ack'));
};

/** A settlement as it was written. `overtaken`: another function changed or deleted the delivery in the meantime. */
type Written = Pick<Settlement, 'message' | 'requestId'> & { readonly after: Delivery; readonly overtaken: boolean };

/** Runs an action once for all entries with a status. Returns how to get the answer for one of them. */
const answerTogether = (
  written: readonly Written[],
  status: Delivery['status'],
  action: (entries: readonly Written[]) => Promise<readonly Answer[]>,
): ((entry: Written) => Promise<Answer>) => {
  const chosen = written.filter(({ overtaken, after }) => !overtaken && after.status === status);
  const answers = chosen.length === 0 ? Promise.resolve([]) : action(chosen);
  return async (entry) => (await answers)[chosen.indexOf(entry)] ?? 'retry';
};

/** Answers the messages of settled deliveries: failed ones go to the dead-letter queue, retries are postponed. */
const answerMessages = (deps: SettleDeps, written: readonly Written[]): Promise<Answer>[] => {
  const now = deps.now().getTime();
  const secondsUntil = (time: string | null) => Math.max(0, Math.ceil((Date.parse(time ?? '') - now) / 1_000)) || 0;
  const inDeadLetterQueue = answerTogether(written, 'failed', (failed) =>
    sendToDeadLetterQueue(
      deps,
      failed.map(({ after }) => after),
    ),
  );
  const postponed = answerTogether(written, 'retrying', (retrying) =>
    postponeMessages(
      deps,
      retrying.map(({ message, after }) => ({ message, seconds: secondsUntil(after.next_attempt_at) })),
    ),
  );
  return written.map(async (entry) => {
    if (entry.overtaken) return 'retry';
    switch (entry.after.status) {
      case 'sent':
      case 'skipped':
        return 'ack';
      case 'failed':
        return await inDeadLetterQueue(entry);
      case 'pending':
      case 'retrying':
        return await postponed(entry);
      default:
        return entry.after.status satisfies never;
    }
  });
};

const logOutcome = ({ log, measure }: SettleDeps, { after, requestId, overtaken }: Written): void => {
  const { notification_id, delivery_id, channel, status, attempts, last_error, created, updated } = after;
  const fields = {
    notification_id,
    delivery_id,
    request_id: requestId,
    channel,
    attempts,
    ...(last_error !== null && { reason: last_error }),
  };
  if (overtaken) {
    log.error('A delivery was changed or deleted while it was sent', fields);
    return;
  }
  log.info('Delivery settled', { ...fields, status });
  measure(METRIC.deliveries, 1, { channel, outcome: status });
  if (status === 'sent')
    measure(METRIC.timeToSent, Math.max(0, Date.parse(updated) - Date.parse(created)), { channel });
};

/** Writes the outcomes of attempts in one transaction, and only then answers the messages, in the same order. */
export const settleTogether =
  (deps: SettleDeps) =>
  async (settlements: readonly Settlement[]): Promise<readonly Promise<Answer>[]> => {
    const now = deps.now();
    const changes = settlements.map(({ delivery, outcome }) => ({
      before: delivery,
      after: settled(delivery, outcome, { now, random: deps.random() }),
    }));
    const overtaken = await deps.changeDeliveries(changes);
    const written = settlements.flatMap(({ message, requestId }, position): Written[] => {
      const after = changes[position]?.after;
      return after === undefined ? [] : [{ message, requestId, after, overtaken: overtaken.has(deliveryName(after)) }];
    });
    for (const entry of written) logOutcome(deps, entry);
    return answerMessages(deps, written);
  };
