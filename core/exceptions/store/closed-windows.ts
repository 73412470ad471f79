import { storedProductSchema } from '../../formats/store/format.ts';
import { productKey, SETTINGS_KEY, unreadCountersKey, windowKey } from '../../keys.ts';
import { notificationWrites } from '../../notifications/store/notifications.ts';
import { parseUnreadCounters } from '../../notifications/store/unread-counters.ts';
import { readItems } from '../../platform/dynamodb/read-items.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import { transact } from '../../platform/dynamodb/transact.ts';
import type { Settings } from '../../settings/model.ts';
import { parseSettings } from '../../settings/store.ts';
import { type ExceptionWindow, exceptionNotification, exceptionWindowSchema, heldBackIn } from '../window.ts';
import { putWindow } from './window-writes.ts';

/** Reads the window of an exception and the settings in one request. */
export const readWindow = async (
  table: Table,
  fingerprint: string,
): Promise<{ readonly window: ExceptionWindow | null; readonly settings: Settings }> => {
  const find = await readItems(table, [windowKey(fingerprint), SETTINGS_KEY]);
  const window = find(windowKey(fingerprint));
  return {
    window: window === undefined ? null : exceptionWindowSchema.parse(window),
    settings: parseSettings(find(SETTINGS_KEY)),
  };
};

/**
 * Writes the notification of a closed window's held-back exceptions and resets the window, in one transaction. `conflict`:
 * the window changed since it was read, because another exception reported or joined them.
 */
export const reportHeldBack = async (
  table: Table,
  { window, now }: { readonly window: ExceptionWindow; readonly now: Date },
): Promise<'written' | 'conflict'> => {
  const product_id = window.product_id;
  const keys = product_id === null ? [] : [productKey(product_id), unreadCountersKey(product_id)];
  const find = await readItems(table, keys);
  const concerned = product_id === null ? undefined : find(productKey(product_id));
  const counted = product_id === null ? undefined : find(unreadCountersKey(product_id));
  const counters = counted === undefined ? null : parseUnreadCounters(counted);
  const exception = { ...window, trace: null, product_id: concerned === undefined ? null : product_id };
  const notification = exceptionNotification(exception, {
    cause: [window.fingerprint, window.opened_at, 'closed'],
    now,
    productName: concerned === undefined ? null : storedProductSchema.parse(concerned).name,
    heldBack: heldBackIn(window),
    grouping: window.grouping,
  });
  const outcome = await transact(table, {
    window: putWindow(table, window, { ...window, held_back: 0, last_at: null, notification_id: notification.id }),
    ...notificationWrites(table, notification, counters),
  });
  return outcome.kind === 'written' ? 'written' : 'conflict';
};
