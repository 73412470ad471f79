import { METRIC } from '../../core/contract.ts';
import { type DeadLetter, type DeliveryMessage, deadLetterOf } from '../../core/deliveries/delivery-message.ts';
import { settled } from '../../core/deliveries/lifecycle.ts';
import { type Delivery, type DeliveryName, deliveryName } from '../../core/deliveries/model.ts';
import { deadLettered } from '../../core/deliveries/next-step.ts';
import { MAX_WAIT_SECONDS } from '../../core/deliveries/retry-schedule.ts';
import type { Log } from '../../core/log.ts';
import type { Measure } from '../../core/platform/metrics.ts';
import type { Attempted } from './attempt.ts';
import type { Message } from './messages.ts';

/** `again`: the message stays queued, and comes again when it is visible. `done`: it is acknowledged. */
export type Verdict = 'done' | 'again';

type NotTaken = ReadonlySet<number>;

export type SettleDeps = {
  /** Writes claims and settlements. Returns the deliveries that were changed or deleted since they were read. */
  readonly changeDeliveries: (
    changes: readonly { readonly before: Delivery; readonly after: Delivery }[],
  ) => Promise<ReadonlySet<DeliveryName>>;
  readonly postpone: (
    entries: readonly { readonly receiptHandle: string; readonly seconds: number }[],
  ) => Promise<NotTaken>;
  /** Puts messages anew into the delivery queue, each for then. */
  readonly setAgain: (
    entries: readonly { readonly message: DeliveryMessage; readonly seconds: number }[],
  ) => Promise<NotTaken>;
  readonly sendDeadLetters: (letters: readonly DeadLetter[]) => Promise<NotTaken>;
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly measure: Measure;
};

/** `requestId`: the request to the API that the notification came of. */
export type Settlement = Attempted & { readonly message: Message; readonly requestId: string | null };

/**
 * Sends failed deliveries to the dead-letter queue and marks those that it has taken; their messages are done then, and other
 * messages for them send no second letter. A function that dies before the mark meets the message again, and comes here again:
 * a double there does no harm.
 */
export const sendToDeadLetterQueue = async (
  deps: SettleDeps,
  failed: readonly Delivery[],
): Promise<readonly Verdict[]> => {
  const notTaken = await deps.sendDeadLetters(failed.map(deadLetterOf));
  const taken = failed.filter((_, position) => !notTaken.has(position));
  if (taken.length > 0) await deps.changeDeliveries(taken.map((before) => ({ before, after: deadLettered(before) })));
  return failed.map((_, position) => (notTaken.has(position) ? 'again' : 'done'));
};

/** A message, and in how many seconds it is to come again. */
export type Postponed = { readonly message: Message; readonly seconds: number };

/**
 * SQS moves a message to the dead letters that it handed out too often (60 times, lib/delivery.ts), and waiting is no
 * failure: one that came so often is replaced by a new one. What is left is for functions that die.
 */
const WORN_AFTER_RECEIPTS = 40;

/** Replaces worn messages; those that the queue took are done. A function that dies before that leaves both, which does no harm. */
const replaceWorn = async (deps: PostponeDeps, entries: readonly Postponed[]): Promise<ReadonlySet<Postponed>> => {
  const worn = entries.filter(({ message }) => message.receipts >= WORN_AFTER_RECEIPTS);
  if (worn.length === 0) return new Set();
  const notTaken = await deps.setAgain(worn);
  return new Set(worn.filter((_, position) => !notTaken.has(position)));
};

type PostponeDeps = Pick<SettleDeps, 'postpone' | 'setAgain' | 'log'>;

/**
 * Hides messages until their time, or as long as SQS can. Where that fails they come with the queue's own visibility, and
 * are held back then: it is the delivery item that says when.
 */
export const postponeMessages = async (
  deps: PostponeDeps,
  entries: readonly Postponed[],
): Promise<readonly Verdict[]> => {
  let replaced: ReadonlySet<Postponed> = new Set();
  try {
    replaced = await replaceWorn(deps, entries);
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
  return entries.map((entry) => (replaced.has(entry) ? 'done' : 'again'));
};

type Written = Pick<Settlement, 'message' | 'requestId'> & { readonly after: Delivery; readonly overtaken: boolean };

/** Acts together on those that are meant, and tells the verdict on one of them by its position in all. */
const together = (
  written: readonly Written[],
  meant: (entry: Written) => boolean,
  act: (entries: readonly Written[]) => Promise<readonly Verdict[]>,
): ((entry: Written) => Promise<Verdict>) => {
  const chosen = written.filter(meant);
  const verdicts = chosen.length === 0 ? Promise.resolve([]) : act(chosen);
  return async (entry) => (await verdicts)[chosen.indexOf(entry)] ?? 'again';
};

const followUp = (deps: SettleDeps, written: readonly Written[]): Promise<Verdict>[] => {
  const now = deps.now().getTime();
  const secondsUntil = (time: string | null) => Math.max(0, Math.ceil((Date.parse(time ?? '') - now) / 1_000)) || 0;
  const stands = (status: Delivery['status']) => (entry: Written) => !entry.overtaken && entry.after.status === status;
  const buried = together(written, stands('failed'), (failed) =>
    sendToDeadLetterQueue(
      deps,
      failed.map(({ after }) => after),
    ),
  );
  const postponed = together(written, stands('retrying'), (retrying) =>
    postponeMessages(
      deps,
      retrying.map(({ message, after }) => ({ message, seconds: secondsUntil(after.next_attempt_at) })),
    ),
  );
  return written.map(async (entry) => {
    if (entry.overtaken) return 'again';
    switch (entry.after.status) {
      case 'sent':
      case 'skipped':
        return 'done';
      case 'failed':
        return await buried(entry);
      case 'pending':
      case 'retrying':
        return await postponed(entry);
      default:
        return entry.after.status satisfies never;
    }
  });
};

const report = ({ log, measure }: SettleDeps, { after, requestId, overtaken }: Written): void => {
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

/** Writes how tries ended, in one transaction, and only then tells the queues. Gives the verdict on each message. */
export const settleTogether =
  (deps: SettleDeps) =>
  async (settlements: readonly Settlement[]): Promise<readonly Promise<Verdict>[]> => {
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
    for (const entry of written) report(deps, entry);
    return followUp(deps, written);
  };
