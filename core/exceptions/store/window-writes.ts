import { windowKey } from '../../keys.ts';
import type { Operation, Table } from '../../platform/dynamodb/table.ts';
import { boundedWindow, type ExceptionWindow } from '../window.ts';

/** A window as it was read: null if there is none, `unreadable` if it can't be parsed. */
export type WindowBefore = ExceptionWindow | null | 'unreadable';

const ifUnchanged = (before: WindowBefore) => {
  // No condition can compare it. Two writers may overwrite it, and the exception is notified twice at worst.
  if (before === 'unreadable') return {};
  if (before === null) return { ConditionExpression: 'attribute_not_exists(pk)' };
  const { opened_at, held_back, alarm } = before;
  return {
    ConditionExpression: `opened_at = :opened AND held_back = :held${alarm === null ? '' : ' AND alarm = :alarm'}`,
    ExpressionAttributeValues: { ':opened': opened_at, ':held': held_back, ...(alarm !== null && { ':alarm': alarm }) },
  };
};

/** Writes a window, provided that it is as it was read. So no held-back exception is lost when the next window opens. */
export const putWindow = (table: Table, before: WindowBefore, after: ExceptionWindow): Operation => ({
  Put: { TableName: table.name, Item: { ...windowKey(after.fingerprint), ...after }, ...ifUnchanged(before) },
});

/** The update that counts one more held-back exception, provided that no other window was opened meanwhile. */
export const countHeldBack = (table: Table, window: ExceptionWindow, now: Date) => ({
  TableName: table.name,
  Key: windowKey(window.fingerprint),
  // A window opened by a clock far ahead would never close.
  UpdateExpression: 'SET held_back = held_back + :one, last_at = :now, opened_at = :bounded',
  ConditionExpression: 'opened_at = :opened',
  ExpressionAttributeValues: {
    ':one': 1,
    ':now': now.toISOString(),
    ':opened': window.opened_at,
    ':bounded': boundedWindow(window, now).opened_at,
  },
});
