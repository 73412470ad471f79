import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { KeyedReply } from '../../idempotency/model.ts';
import { storeReply } from '../../idempotency/store.ts';
import { type NotificationLabel, notificationWrites } from '../../notifications/store/notifications.ts';
import {
  isConditionFailure,
  isTransactionConflict,
  type Operation,
  type Table,
} from '../../platform/dynamodb/table.ts';
import { type Operations, transact } from '../../platform/dynamodb/transact.ts';
import { unavailable } from '../../platform/unavailable.ts';
import type { PreparedException } from '../model.ts';
import { type ExceptionWindow, exceptionNotification, openWindow } from '../window.ts';
import { type OccurrenceStep, onOccurrence } from '../window-steps.ts';
import { type ExceptionState, readExceptionState } from './read-state.ts';
import { type IgnoredAlarm, recordAlarm } from './record-alarm.ts';
import { countHeldBack, putWindow } from './window-writes.ts';

/** `until`: when the window closes under the current settings. */
export type RecordedException =
  | { readonly kind: 'notified'; readonly notificationId: string }
  | { readonly kind: 'held-back'; readonly until: Date };

/** The reported product doesn't exist; nothing was written. */
export type UnknownProduct = { readonly kind: 'unknown-product' };

/** Another request used the same idempotency key first; nothing was written. */
export type KeyUsed = { readonly kind: 'key-used' };

export type Occurrence = {
  readonly exception: PreparedException;
  readonly now: Date;
  /** Makes the notification's id unique if the rate limit is 0 and there is no window. */
  readonly randomId: () => string;
  /** The reply to store if the request has an idempotency key. */
  readonly replyTo?: ((recorded: RecordedException) => KeyedReply) | null;
};

/** Hundreds of equal exceptions at one moment conflict again and again; in each round at least one of them is written. */
const MAX_TRIES = 60;

const replyWrite = (table: Table, { replyTo, now }: Occurrence, recorded: RecordedException): Operation | undefined =>
  replyTo ? storeReply(table, replyTo(recorded), now) : undefined;

/** `conflict`: the window changed since it was read. `key-used`: another request used the same idempotency key. */
type Written = 'written' | 'conflict' | 'key-used';

const write = async (
  table: Table,
  operations: Operations<'reply' | 'window' | NotificationLabel>,
): Promise<Written> => {
  // Of many equal exceptions at once, each reads the window again instead of waiting for the others.
  const hasReply = operations.reply !== undefined;
  const outcome = await transact(table, operations, (label) => hasReply && label !== 'reply');
  if (outcome.kind === 'written') return 'written';
  return outcome.failed.has('reply') ? 'key-used' : 'conflict';
};

/** Counts one more exception in an open window. */
const holdBack = async (
  table: Table,
  window: ExceptionWindow,
  { now, reply }: { readonly now: Date; readonly reply: Operation | undefined },
): Promise<Written> => {
  const update = countHeldBack(table, window, now);
  // A transaction costs twice as much.
  if (reply !== undefined) return await write(table, { reply, window: { Update: update } });
  try {
    await table.client.send(new UpdateCommand(update));
    return 'written';
  } catch (error) {
    if (isConditionFailure(error) || isTransactionConflict(error)) return 'conflict';
    throw error;
  }
};

type Attempted = RecordedException | KeyUsed | 'conflict';

const attemptedAs = (written: Written, recorded: RecordedException): Attempted => {
  if (written === 'key-used') return { kind: 'key-used' };
  return written === 'written' ? recorded : 'conflict';
};

/** Opens a window and writes the notification in one transaction. */
const notify = async (
  table: Table,
  {
    occurrence,
    state,
    step,
  }: {
    readonly occurrence: Occurrence;
    readonly state: ExceptionState;
    readonly step: Extract<OccurrenceStep, { kind: 'notify' }>;
  },
): Promise<Attempted> => {
  const { exception, now, randomId } = occurrence;
  const { fingerprint, grouping } = state;
  const { heldBack, opensWindow } = step;
  const before = state.isWindowUnreadable ? 'unreadable' : state.window;
  const cause = [fingerprint, opensWindow ? now.toISOString() : randomId()];
  const notification = exceptionNotification(exception, {
    cause,
    now,
    productName: state.productName,
    heldBack,
    grouping,
  });
  const recorded = { kind: 'notified', notificationId: notification.id } as const;
  const opened = openWindow(exception, { fingerprint, grouping, now });
  const written = await write(table, {
    reply: replyWrite(table, occurrence, recorded),
    window: opensWindow ? putWindow(table, before, opened) : undefined,
    ...notificationWrites(table, notification, state.unreadCounters),
  });
  return attemptedAs(written, recorded);
};

const attempt = async (table: Table, occurrence: Occurrence, state: ExceptionState): Promise<Attempted> => {
  const { now } = occurrence;
  const step = onOccurrence(state.window, { rateLimitSeconds: state.rateLimitSeconds, now });
  if (step.kind === 'notify') return await notify(table, { occurrence, state, step });
  const recorded = { kind: 'held-back', until: step.until } as const;
  const reply = replyWrite(table, occurrence, recorded);
  return attemptedAs(await holdBack(table, step.window, { now, reply }), recorded);
};

/** Records an exception as `recordException` does, but refuses one that names a product that doesn't exist. */
export const recordReportedException = async (
  table: Table,
  occurrence: Occurrence,
): Promise<RecordedException | UnknownProduct | KeyUsed> => {
  for (let attempts = 1; attempts <= MAX_TRIES; attempts += 1) {
    const state = await readExceptionState(table, occurrence.exception);
    if (state.isProductUnreadable) {
      const exception = { ...occurrence.exception, product_id: null };
      return await recordReportedException(table, { ...occurrence, exception });
    }
    if (occurrence.exception.product_id !== null && state.productName === null) return { kind: 'unknown-product' };
    const recorded = await attempt(table, occurrence, state);
    if (recorded !== 'conflict') return recorded;
    await table.pause(Math.min(attempts, 5));
  }
  throw unavailable('table', `The window of an exception changed in each of ${MAX_TRIES} attempts`);
};

/**
 * Records an exception: the first of a window as a notification, further equal ones as held back. The current rate limit
 * applies. Takes two requests to the table if no one else writes the window. An exception of a deleted product is recorded
 * without a product. A change of an alarm is recorded by the alarm's state.
 */
export const recordException = async (
  table: Table,
  occurrence: Omit<Occurrence, 'replyTo'>,
): Promise<RecordedException | IgnoredAlarm> => {
  const { exception, now } = occurrence;
  if (exception.alarm !== null) return await recordAlarm(table, { exception, alarm: exception.alarm, now });
  const recorded = await recordReportedException(table, occurrence);
  if (recorded.kind === 'key-used') throw new Error('An exception without an idempotency key conflicted with one');
  if (recorded.kind !== 'unknown-product') return recorded;
  return await recordException(table, { ...occurrence, exception: { ...exception, product_id: null } });
};
