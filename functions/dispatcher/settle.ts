import { METRIC } from '../../core/contract.ts';
import { type DeadLetter, deadLetterOf } from '../../core/deliveries/delivery-message.ts';
import { hasState } from '../../core/deliveries/event.ts';
import { attempted, failed, sent, toRetry, toSendAlone } from '../../core/deliveries/lifecycle.ts';
import { type Delivery, type DeliveryName, type DeliveryRef, deliveryName } from '../../core/deliveries/model.ts';
import type { Rejected } from '../../core/deliveries/queue.ts';
import type { DeliveryChange } from '../../core/deliveries/store/change-deliveries.ts';
import type { Log } from '../../core/log.ts';
import type { Measure } from '../../core/platform/metrics.ts';
import { type NotifiedState, type RouteSubject, routeSubjectOf } from '../../core/targets/notified-state.ts';
import { deliveriesOf, type PlannedMessage } from './plan.ts';
import type { Attempt } from './send-message.ts';

export type SettleDeps = {
  /** Returns the deliveries that were changed or deleted since they were read. */
  readonly changeDeliveries: (changes: readonly DeliveryChange[]) => Promise<ReadonlySet<DeliveryName>>;
  /** Returns the positions of the letters that the queue rejected. */
  readonly sendDeadLetters: (letters: readonly DeadLetter[]) => Promise<Rejected>;
  readonly recordNotified: (
    changes: readonly { readonly of: RouteSubject; readonly notified: NotifiedState }[],
  ) => Promise<void>;
  /** Records which deliveries went together in an email, for its bounce. */
  readonly recordSentTogether: (messageId: string, deliveries: readonly DeliveryRef[], now: Date) => Promise<void>;
  readonly now: () => Date;
  readonly log: Log;
  readonly measure: Measure;
};

/** A message with its id and what came of it. */
export type Sent = {
  readonly message: PlannedMessage;
  readonly messageId: string;
  readonly attempt: Extract<Attempt, { kind: 'tried' }>;
  /** How often the target failed or throttled in a row, this time included. */
  readonly tries: number;
};

const afterAttempt = (delivery: Delivery, { message, messageId, attempt, tries }: Sent, now: Date): Delivery => {
  const { outcome, confirmation } = attempt;
  switch (outcome.kind) {
    case 'sent':
      return sent(attempted(delivery), { messageId, confirmation, now });
    case 'refused': {
      const isOfMany = deliveriesOf(message).length > 1 && !outcome.gone && attempt.isAttempted;
      return isOfMany
        ? toSendAlone(attempted(delivery), { reason: outcome.reason, now })
        : failed({ ...attempted(delivery), message_id: messageId }, outcome.reason, now);
    }
    case 'retry': {
      const { reason, isUnknown = false, burnsAttempt } = outcome;
      return toRetry(burnsAttempt ? attempted(delivery) : delivery, { messageId, reason, isUnknown, tries, now });
    }
    default:
      return outcome satisfies never;
  }
};

/** What a message leaves of the deliveries that it reports. */
const changesAfter = (sending: Sent, now: Date): DeliveryChange[] =>
  deliveriesOf(sending.message).map((before) => ({ before, after: afterAttempt(before, sending, now) }));

const notifiedBy = ({ message, messageId, attempt }: Sent, now: Date) => {
  if (attempt.outcome.kind !== 'sent') return [];
  return message.groups.flatMap(({ newest }) => {
    if (!hasState(newest.event)) return [];
    const { notification_id, event, due_at } = newest;
    const notified = {
      notification_id,
      state: event.to,
      // Not before it was due: what is due after this was started again.
      at: new Date(Math.max(now.getTime(), Date.parse(due_at))).toISOString(),
      message_id: messageId,
      unsent_id: null,
    };
    return [{ of: routeSubjectOf(newest), notified }];
  });
};

const isEmailOfMany = ({ message, attempt }: Sent): boolean =>
  attempt.outcome.kind === 'sent' && message.target.destination.kind === 'address' && deliveriesOf(message).length > 1;

const logChange = ({ log, measure }: SettleDeps, { before, after }: DeliveryChange, isOvertaken: boolean): void => {
  const { notification_id, delivery_id, request_id, channel, status, attempts, last_error, message_id } = after;
  const fields = {
    notification_id,
    delivery_id,
    request_id,
    channel,
    attempts,
    ...(message_id !== null && { message_id }),
    ...(last_error !== null && { reason: last_error }),
  };
  if (isOvertaken) {
    log.error('A delivery was changed or deleted while it was sent', fields);
    return;
  }
  log.info(after.status === before.status && after.settled_at === null ? 'Delivery waits' : 'Delivery settled', {
    ...fields,
    status,
  });
  measure(METRIC.deliveries, 1, { channel, outcome: status });
  if (status === 'sent')
    measure(METRIC.timeToSent, Math.max(0, Date.parse(after.updated) - Date.parse(after.created)), { channel });
};

/**
 * Writes deliveries. Failed ones go to the dead-letter queue first: a dispatcher that dies in between fails them once more.
 */
export const writeChanges = async (deps: SettleDeps, changes: readonly DeliveryChange[]): Promise<void> => {
  const letters = changes.flatMap(({ after }) => (after.status === 'failed' ? [deadLetterOf(after)] : []));
  if (letters.length > 0 && (await deps.sendDeadLetters(letters)).size > 0)
    throw new Error('The dead-letter queue rejected a delivery');
  const overtaken = await deps.changeDeliveries(changes);
  for (const change of changes) logChange(deps, change, overtaken.has(deliveryName(change.before)));
};

/** Records what messages reported, and only then what became of their deliveries. */
export const settle = async (deps: SettleDeps, sendings: readonly Sent[]): Promise<void> => {
  const now = deps.now();
  for (const sending of sendings.filter(isEmailOfMany))
    await deps.recordSentTogether(sending.messageId, deliveriesOf(sending.message), now);
  await deps.recordNotified(sendings.flatMap((sending) => notifiedBy(sending, now)));
  await writeChanges(
    deps,
    sendings.flatMap((sending) => changesAfter(sending, now)),
  );
};
