import type { Job } from '../../core/jobs/model.ts';
import type { Log } from '../../core/log.ts';
import { gateNotification, type Notification } from '../../core/notifications/model.ts';
import { overdueNotification } from '../../core/notifications/overdue-report.ts';
import { historyEntry } from '../../core/products/history.ts';
import type { Product } from '../../core/products/model.ts';
import { plannedCheck, type ReportCheck } from '../../core/products/report-check.ts';
import type { NewEntry } from '../../core/products/store/history.ts';
import type { Settings } from '../../core/settings/model.ts';
import { rerouteJobs } from './reroute.ts';

export type ProductRecordDeps = {
  readonly createNotification: (notification: Notification) => Promise<unknown>;
  readonly recordHistory: (entry: NewEntry) => Promise<void>;
  readonly planReportCheck: (check: ReportCheck) => Promise<void>;
  readonly updateGate: (image: Product, settings: Settings) => Promise<unknown>;
  readonly sendJobs: (jobs: readonly Job[]) => Promise<void>;
  readonly log: Log;
};

/** An item before and after a write: null before its creation and after its deletion. */
export type Images<Entity> = { readonly before: Entity | null; readonly after: Entity | null };

const createGateNotification = async (
  deps: ProductRecordDeps,
  notification: Notification,
  { version }: Product,
): Promise<void> => {
  const outcome = await deps.createNotification(notification);
  const { id, request_id, product_id, from, to } = notification;
  deps.log.info('The gate changed', { notification_id: id, request_id, product_id, version, from, to, outcome });
};

/**
 * Handles the write of a product: creates a notification if its gate changed or its report is overdue, plans the check of its next report, adds reports and gate changes to its history,
 * starts jobs for what waits if its routes changed, and recalculates the gate if the write used older settings. `settings` must have been read after the record arrived.
 */
export const actOnProduct = async (
  deps: ProductRecordDeps,
  { before, after }: Images<Product>,
  settings: Settings,
): Promise<void> => {
  if (after === null) return;
  const notification = before === null ? null : gateNotification(before, after);
  if (notification !== null) await createGateNotification(deps, notification, after);
  const overdue = overdueNotification(before, after);
  if (overdue !== null) await deps.createNotification(overdue);
  const check = plannedCheck(after);
  if (check !== null) await deps.planReportCheck(check);
  const entry = historyEntry(before, after);
  if (entry !== null) await deps.recordHistory({ productId: after.id, entry });
  const reroutes = rerouteJobs(after.id, { before, after }, settings);
  if (reroutes.length > 0) await deps.sendJobs(reroutes);
  await deps.updateGate(after, settings);
};
