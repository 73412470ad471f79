import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { PreparedException } from '../domain/exception.ts';
import {
  closesAt,
  type ExceptionWindow,
  exceptionNotification,
  exceptionWindow,
  heldBackIn,
  isOpen,
  NOTHING_HELD_BACK,
  openWindow,
} from '../domain/exception-window.ts';
import { product } from '../domain/product.ts';
import { type Key, productKey, SETTINGS_KEY, windowKey } from './keys.ts';
import { notificationWrites } from './notifications.ts';
import { parseSettings } from './settings.ts';
import {
  batchGet,
  type Item,
  isConditionFailure,
  isTransactionConflict,
  type Operation,
  type Table,
  transact,
} from './table.ts';

/** `until`: when the window closes by today's settings. */
export type RecordedException =
  | { readonly kind: 'notified'; readonly notificationId: string }
  | { readonly kind: 'held-back'; readonly until: Date };

export type Occurrence = {
  readonly exception: PreparedException;
  readonly now: Date;
  /** Tells occurrences apart where there is no window to do so. */
  readonly randomId: () => string;
};

/** Hundreds of equals at one moment meet again and again; each time at least one of them gets through. */
const MAX_TRIES = 60;

type State = {
  readonly window: ExceptionWindow | null;
  readonly rateLimitSeconds: number;
  readonly productName: string | null;
};

const at = (items: readonly Item[], key: Key): Item | undefined =>
  items.find((item) => item['pk'] === key.pk && item['sk'] === key.sk);

const readState = async (table: Table, { fingerprint, product_id }: PreparedException): Promise<State> => {
  const keys = [windowKey(fingerprint), SETTINGS_KEY, ...(product_id === null ? [] : [productKey(product_id)])];
  const items = await batchGet(table, keys);
  const window = at(items, windowKey(fingerprint));
  const concerned = product_id === null ? undefined : at(items, productKey(product_id));
  return {
    window: window === undefined ? null : exceptionWindow.parse(window),
    rateLimitSeconds: parseSettings(at(items, SETTINGS_KEY)).exception_rate_limit,
    productName: concerned === undefined ? null : product.parse(concerned).name,
  };
};

/** Counts one more in an open window; false where the window has changed meanwhile. */
const holdBack = async (table: Table, window: ExceptionWindow, now: Date): Promise<boolean> => {
  const update = {
    TableName: table.name,
    Key: windowKey(window.fingerprint),
    UpdateExpression: 'SET held_back = held_back + :one, last_at = :now',
    ConditionExpression: 'opened_at = :opened',
    ExpressionAttributeValues: { ':one': 1, ':now': now.toISOString(), ':opened': window.opened_at },
  };
  try {
    await table.client.send(new UpdateCommand(update));
    return true;
  } catch (error) {
    if (isConditionFailure(error) || isTransactionConflict(error)) return false;
    throw error;
  }
};

/** The condition that a window is as it was read: a window that opens takes what the one before held back, all of it. */
const asRead = (window: ExceptionWindow | null) =>
  window === null
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: 'opened_at = :opened AND held_back = :held',
        ExpressionAttributeValues: { ':opened': window.opened_at, ':held': window.held_back },
      };

const putWindow = (table: Table, before: ExceptionWindow | null, after: ExceptionWindow): Operation => ({
  Put: { TableName: table.name, Item: { ...windowKey(after.fingerprint), ...after }, ...asRead(before) },
});

/** Opens the window and writes the notification, both or neither; null where somebody else was first. */
const notify = async (table: Table, occurrence: Occurrence, state: State): Promise<string | null> => {
  const { now, randomId } = occurrence;
  // A product that is gone has no members to show it to, and no clean-up to come: administrators see it.
  const isConcerned = state.productName !== null;
  const exception = isConcerned ? occurrence.exception : { ...occurrence.exception, product_id: null };
  const isWindowless = state.rateLimitSeconds === 0 && heldBackIn(state.window) === NOTHING_HELD_BACK;
  const cause = [exception.fingerprint, isWindowless ? randomId() : now.toISOString()];
  const notification = exceptionNotification(exception, {
    cause,
    now,
    productName: state.productName,
    heldBack: heldBackIn(state.window),
  });
  const outcome = await transact(table, [
    ...(isWindowless ? [] : [putWindow(table, state.window, openWindow(exception, now))]),
    ...notificationWrites(table, notification),
  ]);
  return outcome.kind === 'done' ? notification.id : null;
};

/**
 * Records an exception: the first of its window as a notification, its equals as one more that was held back. The rate
 * limit that rules is the one of this moment. Two requests to the table, when nobody comes between.
 */
export const recordException = async (table: Table, occurrence: Occurrence): Promise<RecordedException> => {
  const { exception, now } = occurrence;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const state = await readState(table, exception);
    const { window, rateLimitSeconds } = state;
    if (window !== null && isOpen(window, rateLimitSeconds, now)) {
      if (await holdBack(table, window, now)) return { kind: 'held-back', until: closesAt(window, rateLimitSeconds) };
    } else {
      const notificationId = await notify(table, occurrence, state);
      if (notificationId !== null) return { kind: 'notified', notificationId };
    }
    await table.pause(Math.min(attempt, 5));
  }
  throw new Error(`The window of an exception was taken by others ${MAX_TRIES} times`);
};
