import { readableTime } from '../channels/message-content.ts';
import { timeOfId } from '../platform/sortable-id.ts';
import type { Product } from '../products/model.ts';
import { lastReportAt, overdueAt } from '../products/report-check.ts';
import { NOT_APPLICABLE, type Notification } from './model.ts';

const HOUR_MS = 3_600_000;

/** From so many hours on, a time is given in days. */
const HOURS_SHOWN = 72;

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

const duration = (ms: number): string => {
  const hours = Math.floor(ms / HOUR_MS);
  return hours < HOURS_SHOWN ? counted(hours, 'hour') : counted(Math.floor(hours / 24), 'day');
};

/**
 * The notification that a product's report is overdue, between two images of the product (`before` null: unknown); null if
 * that isn't news. Its id was written with the product, so that a repeated stream record gives the same notification.
 */
export const overdueNotification = (before: Product | null, after: Product): Notification | null => {
  const id = after.report_check?.notification_id ?? null;
  const since = overdueAt(after);
  if (id === null || since === null || id === before?.report_check?.notification_id) return null;
  const { name, observation_counts_updated: reported, report_expected_hours: hours } = after;
  const timeMs = timeOfId(id);
  const last = reported === null ? 'none came yet' : `the last one came at ${readableTime(reported)}`;
  return {
    ...NOT_APPLICABLE,
    id,
    type: 'security_gate',
    name: `${name}: no report for ${duration(timeMs - Date.parse(lastReportAt(after)))}`,
    message: `The security gate may be out of date. A report is expected every ${counted(hours ?? 0, 'hour')}; ${last}.`,
    created: new Date(timeMs).toISOString(),
    product_id: after.id,
    product_name: name,
    report_overdue_since: since,
  };
};
