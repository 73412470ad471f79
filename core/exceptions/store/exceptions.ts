import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { keptProductSchema } from '../../formats/store/format.ts';
import type { KeyedReply } from '../../idempotency/model.ts';
import { keepReply } from '../../idempotency/store.ts';
import { type Key, productKey, SETTINGS_KEY, unreadCountersKey, windowKey } from '../../keys.ts';
import { notificationWrites } from '../../notifications/store/notifications.ts';
import { parseUnreadCounters } from '../../notifications/store/unread-counters.ts';
import type { UnreadCounters } from '../../notifications/unread-counters.ts';
import { readOne } from '../../platform/dynamodb/readable.ts';
import {
  batchGet,
  type Item,
  isConditionFailure,
  isTransactionConflict,
  type Operation,
  type Table,
  transact,
} from '../../platform/dynamodb/table.ts';
import { unavailable } from '../../platform/unavailable.ts';
import { DEFAULT_SETTINGS } from '../../settings/model.ts';
import { parseSettings } from '../../settings/store.ts';
import { type ExceptionGrouping, windowFingerprint } from '../identity.ts';
import type { PreparedException } from '../model.ts';
import {
  boundedWindow,
  closesAt,
  type ExceptionWindow,
  exceptionNotification,
  exceptionWindowSchema,
  heldBackIn,
  isOpen,
  NOTHING_HELD_BACK,
  openWindow,
} from '../window.ts';

/** `until`: when the window closes by today's settings. */
export type RecordedException =
  | { readonly kind: 'notified'; readonly notificationId: string }
  | { readonly kind: 'held-back'; readonly until: Date };

/** The answer to who names a product that does not exist; nothing is written. */
export type UnknownProduct = { readonly kind: 'unknown-product' };

/** Another request with the same idempotency key was first; nothing is written. */
export type KeyUsed = { readonly kind: 'key-used' };

export type Occurrence = {
  readonly exception: PreparedException;
  readonly now: Date;
  /** Tells occurrences apart where there is no window to do so. */
  readonly randomId: () => string;
  /** The reply to keep, where a request with an idempotency key reports it. */
  readonly replyTo?: ((recorded: RecordedException) => KeyedReply) | null;
};

/** Hundreds of equals at one moment meet again and again; each time at least one of them gets through. */
const MAX_TRIES = 60;

type State = {
  readonly fingerprint: string;
  readonly grouping: ExceptionGrouping;
  readonly window: ExceptionWindow | null;
  /** Whether there is a window that does not parse. */
  readonly isWindowLost: boolean;
  readonly rateLimitSeconds: number;
  readonly productName: string | null;
  /** Whether the product is there, and it or its digest does not parse. */
  readonly isProductLost: boolean;
  readonly digest: UnreadCounters | null;
};

/** The item at a key, among those that were read. */
export const at = (items: readonly Item[], key: Key): Item | undefined =>
  items.find((item) => item['pk'] === key.pk && item['sk'] === key.sk);

/** Reads the window of either grouping with the settings, which say which of them counts: one request. */
const readState = async (table: Table, exception: PreparedException): Promise<State> => {
  const { product_id } = exception;
  const fingerprints = {
    similar: windowFingerprint(exception, 'similar'),
    exact: windowFingerprint(exception, 'exact'),
  } as const satisfies Record<ExceptionGrouping, string>;
  const windowKeys = [...new Set(Object.values(fingerprints))].map(windowKey);
  const productKeys = product_id === null ? [] : [productKey(product_id), unreadCountersKey(product_id)];
  const items = await batchGet(table, [...windowKeys, SETTINGS_KEY, ...productKeys]);
  // What does not parse must not keep an exception from being recorded: perhaps it is the one that says so.
  const read = <Entity>(key: Key, parse: (item: Item) => Entity) => readOne(table, at(items, key), parse);
  const { exception_grouping, exception_rate_limit } = (await read(SETTINGS_KEY, parseSettings)) ?? DEFAULT_SETTINGS;
  const fingerprint = fingerprints[exception_grouping];
  const window = await read(windowKey(fingerprint), (item) => exceptionWindowSchema.parse(item));
  const concerned =
    product_id === null ? null : await read(productKey(product_id), (item) => keptProductSchema.parse(item));
  const digest = product_id === null ? null : await read(unreadCountersKey(product_id), parseUnreadCounters);
  const isLost = (key: Key, found: unknown) => found === null && at(items, key) !== undefined;
  return {
    fingerprint,
    grouping: exception_grouping,
    window,
    isWindowLost: isLost(windowKey(fingerprint), window),
    rateLimitSeconds: exception_rate_limit,
    productName: concerned?.name ?? null,
    isProductLost:
      product_id !== null &&
      (isLost(productKey(product_id), concerned) || isLost(unreadCountersKey(product_id), digest)),
    digest,
  };
};

/** The write of the reply that is kept, or none. It stands first in its transaction. */
const keeping = (table: Table, { replyTo, now }: Occurrence, recorded: RecordedException): Operation[] =>
  replyTo ? [keepReply(table, replyTo(recorded), now)] : [];

/** What came of a write: done, overtaken by others on the window, or by a request with the same key. */
type Written = 'written' | 'conflict' | 'key-used';

const write = async (table: Table, kept: readonly Operation[], operations: readonly Operation[]): Promise<Written> => {
  // Of many equals at once, each reads the window again rather than waiting for the others.
  const isYielding = (position: number) => kept.length > 0 && position > 0;
  const outcome = await transact(table, [...kept, ...operations], isYielding);
  if (outcome.kind === 'done') return 'written';
  return kept.length > 0 && outcome.failed.has(0) ? 'key-used' : 'conflict';
};

const countUpdate = (table: Table, window: ExceptionWindow, now: Date) => ({
  TableName: table.name,
  Key: windowKey(window.fingerprint),
  // Else one that was opened by a clock far ahead would never close.
  UpdateExpression: 'SET held_back = held_back + :one, last_at = :now, opened_at = :bounded',
  ConditionExpression: 'opened_at = :opened',
  ExpressionAttributeValues: {
    ':one': 1,
    ':now': now.toISOString(),
    ':opened': window.opened_at,
    ':bounded': boundedWindow(window, now).opened_at,
  },
});

/** Counts one more in an open window; `conflict` where the window has changed meanwhile. */
const holdBack = async (
  table: Table,
  window: ExceptionWindow,
  { now, kept }: { readonly now: Date; readonly kept: readonly Operation[] },
): Promise<Written> => {
  const update = countUpdate(table, window, now);
  // A transaction costs twice as much.
  if (kept.length > 0) return await write(table, kept, [{ Update: update }]);
  try {
    await table.client.send(new UpdateCommand(update));
    return 'written';
  } catch (error) {
    if (isConditionFailure(error) || isTransactionConflict(error)) return 'conflict';
    throw error;
  }
};

/** The condition that a window is as it was read: a window that opens takes what the one before held back, all of it. */
const asRead = (window: ExceptionWindow | null | 'lost') => {
  // Whoever overwrites one that does not parse sees no other do so: at worst an exception is told twice.
  if (window === 'lost') return {};
  return window === null
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: 'opened_at = :opened AND held_back = :held',
        ExpressionAttributeValues: { ':opened': window.opened_at, ':held': window.held_back },
      };
};

/** Writes a window, where it is as it was read. */
export const putWindow = (
  table: Table,
  before: ExceptionWindow | null | 'lost',
  after: ExceptionWindow,
): Operation => ({
  Put: { TableName: table.name, Item: { ...windowKey(after.fingerprint), ...after }, ...asRead(before) },
});

type Tried = RecordedException | KeyUsed | 'conflict';

const triedAs = (written: Written, recorded: RecordedException): Tried => {
  if (written === 'key-used') return { kind: 'key-used' };
  return written === 'written' ? recorded : 'conflict';
};

/** Opens the window and writes the notification, both or neither. */
const notify = async (table: Table, occurrence: Occurrence, state: State): Promise<Tried> => {
  const { exception, now, randomId } = occurrence;
  const { fingerprint, grouping } = state;
  const before = state.isWindowLost ? 'lost' : state.window;
  const isWindowless = state.rateLimitSeconds === 0 && heldBackIn(state.window) === NOTHING_HELD_BACK;
  const cause = [fingerprint, isWindowless ? randomId() : now.toISOString()];
  const notification = exceptionNotification(exception, {
    cause,
    now,
    productName: state.productName,
    heldBack: heldBackIn(state.window),
    grouping,
  });
  const recorded = { kind: 'notified', notificationId: notification.id } as const;
  const written = await write(table, keeping(table, occurrence, recorded), [
    ...(isWindowless ? [] : [putWindow(table, before, openWindow(exception, { fingerprint, grouping, now }))]),
    ...notificationWrites(table, notification, state.digest),
  ]);
  return triedAs(written, recorded);
};

const tryToRecord = async (table: Table, occurrence: Occurrence, state: State): Promise<Tried> => {
  const { now } = occurrence;
  const { window, rateLimitSeconds } = state;
  const bounded = window && boundedWindow(window, now);
  if (window === null || bounded === null || !isOpen(bounded, rateLimitSeconds, now)) {
    return await notify(table, occurrence, state);
  }
  const recorded = { kind: 'held-back', until: closesAt(bounded, rateLimitSeconds) } as const;
  const kept = keeping(table, occurrence, recorded);
  return triedAs(await holdBack(table, window, { now, kept }), recorded);
};

/** The same for an exception that a caller reports, who is told when the product that it names does not exist. */
export const recordReportedException = async (
  table: Table,
  occurrence: Occurrence,
): Promise<RecordedException | UnknownProduct | KeyUsed> => {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const state = await readState(table, occurrence.exception);
    if (state.isProductLost) {
      const exception = { ...occurrence.exception, product_id: null };
      return await recordReportedException(table, { ...occurrence, exception });
    }
    if (occurrence.exception.product_id !== null && state.productName === null) return { kind: 'unknown-product' };
    const recorded = await tryToRecord(table, occurrence, state);
    if (recorded !== 'conflict') return recorded;
    await table.pause(Math.min(attempt, 5));
  }
  throw unavailable('table', `The window of an exception was taken by others ${MAX_TRIES} times`);
};

/**
 * Records an exception: the first of its window as a notification, its equals as one more that was held back. The rate
 * limit that rules is the one of this moment. Two requests to the table, when nobody comes between. What concerns a
 * product that is gone concerns none.
 */
export const recordException = async (
  table: Table,
  occurrence: Omit<Occurrence, 'replyTo'>,
): Promise<RecordedException> => {
  const recorded = await recordReportedException(table, occurrence);
  if (recorded.kind === 'key-used') throw new Error('An exception without a key met one');
  if (recorded.kind !== 'unknown-product') return recorded;
  return await recordException(table, { ...occurrence, exception: { ...occurrence.exception, product_id: null } });
};
