import { notificationWrites } from '../../notifications/store/notifications.ts';
import { isBeyond } from '../../platform/clock-bound.ts';
import type { Table } from '../../platform/dynamodb/table.ts';
import { transact } from '../../platform/dynamodb/transact.ts';
import { timeOfId } from '../../platform/sortable-id.ts';
import { unavailable } from '../../platform/unavailable.ts';
import type { AlarmChange } from '../alarm-change.ts';
import { onAlarmChange } from '../alarm-steps.ts';
import type { PreparedException } from '../model.ts';
import { boundedWindow, type ExceptionWindow, exceptionNotification, type HeldBack, openWindow } from '../window.ts';
import { type ExceptionState, readExceptionState } from './read-state.ts';
import { putWindow, type WindowBefore } from './window-writes.ts';

/** A change of an alarm that is known or has been overtaken; nothing was written. */
export type IgnoredAlarm = { readonly kind: 'ignored' };

export type RecordedAlarm =
  | { readonly kind: 'notified'; readonly notificationId: string }
  | { readonly kind: 'held-back'; readonly until: Date }
  | IgnoredAlarm;

export type AlarmOccurrence = {
  readonly exception: PreparedException;
  readonly alarm: AlarmChange;
  readonly now: Date;
};

const MAX_TRIES = 60;

/** Until a time far in the future, every change would count as overtaken. */
const LONGEST_AHEAD_MS = 86_400_000;

const bounded = (alarm: AlarmChange, now: Date): AlarmChange =>
  isBeyond(Date.parse(alarm.changed_at), { now, longestMs: LONGEST_AHEAD_MS })
    ? { ...alarm, changed_at: now.toISOString() }
    : alarm;

const beforeOf = ({ isWindowUnreadable, window }: ExceptionState): WindowBefore =>
  isWindowUnreadable ? 'unreadable' : window;

/** The time of a change's notification, which sorts after that of the change before. */
const notificationTime = ({ changed_at }: AlarmChange, before: ExceptionWindow | null): Date => {
  const previous = before?.notification_id ?? null;
  return new Date(Math.max(Date.parse(changed_at), previous === null ? 0 : timeOfId(previous) + 1));
};

/** Writes the notification and the window in one transaction. The id derives from the alarm and the time of its change. */
const notify = async (
  table: Table,
  {
    exception,
    alarm,
    now,
    state,
    heldBack,
  }: AlarmOccurrence & { readonly state: ExceptionState; readonly heldBack: HeldBack },
): Promise<RecordedAlarm | 'conflict'> => {
  const { fingerprint, grouping } = state;
  const notification = exceptionNotification(exception, {
    cause: [fingerprint, alarm.changed_at, alarm.state],
    now: notificationTime(alarm, state.window),
    productName: null,
    heldBack,
    grouping,
  });
  const opened = openWindow(exception, { fingerprint, grouping, now });
  const outcome = await transact(table, {
    // Without a rate limit, too: it holds the state by which repeated and overtaken changes are recognized.
    window: putWindow(table, beforeOf(state), { ...opened, alarm, notification_id: notification.id }),
    ...notificationWrites(table, notification, null),
  });
  if (outcome.kind === 'written') return { kind: 'notified', notificationId: notification.id };
  // It was written before, and its window has expired since.
  return outcome.failed.has('window') ? 'conflict' : { kind: 'ignored' };
};

const attempt = async (
  table: Table,
  { exception, alarm, now }: AlarmOccurrence,
): Promise<RecordedAlarm | 'conflict'> => {
  const state = await readExceptionState(table, exception);
  const step = onAlarmChange(state.window, alarm, { rateLimitSeconds: state.rateLimitSeconds, now });
  if (step.kind === 'ignore') return { kind: 'ignored' };
  if (step.kind === 'notify') return await notify(table, { exception, alarm, now, state, heldBack: step.heldBack });
  const { window, until } = step;
  const counted = { ...boundedWindow(window, now), alarm, held_back: window.held_back + 1, last_at: now.toISOString() };
  const outcome = await transact(table, { window: putWindow(table, window, counted) });
  return outcome.kind === 'written' ? { kind: 'held-back', until } : 'conflict';
};

/**
 * Records a change of an alarm. ALARM is notified or held back as any exception; OK is notified as resolved and closes the
 * window. A change that comes twice, or after a newer one, writes nothing.
 */
export const recordAlarm = async (table: Table, { exception, alarm, now }: AlarmOccurrence): Promise<RecordedAlarm> => {
  const change = bounded(alarm, now);
  for (let attempts = 1; attempts <= MAX_TRIES; attempts += 1) {
    const recorded = await attempt(table, { exception, alarm: change, now });
    if (recorded !== 'conflict') return recorded;
    await table.pause(Math.min(attempts, 5));
  }
  throw unavailable('table', `The window of an alarm changed in each of ${MAX_TRIES} attempts`);
};
