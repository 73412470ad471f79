import type { Product } from './model.ts';

const HOUR_MS = 3_600_000;

/** The fields of a product that decide whether a report is overdue. */
export type Expecting = Pick<
  Product,
  'created' | 'observation_counts_updated' | 'report_expected_hours' | 'report_check'
>;

/** When the product was last reported, or created: the expected hours count from there. ISO 8601. */
export const lastReportAt = ({ created, observation_counts_updated }: Omit<Expecting, 'report_check'>): string =>
  observation_counts_updated ?? created;

/** When the next report is overdue, ISO 8601; null if none is expected. */
export const overdueAt = (product: Omit<Expecting, 'report_check'>): string | null =>
  product.report_expected_hours === null
    ? null
    : new Date(Date.parse(lastReportAt(product)) + product.report_expected_hours * HOUR_MS).toISOString();

/** The same; null also after its members were notified, until a report comes. */
export const checkDueAt = (product: Expecting): string | null =>
  (product.report_check?.notification_id ?? null) === null ? overdueAt(product) : null;

type Checked = Expecting & Pick<Product, 'version' | 'observation_counts_version'>;

/**
 * The check of the next version of a product, which may be a report. It is planned anew if it comes first or earlier than the
 * one before. A check that comes too early is moved when it is due, so a report in time costs no write.
 */
export const nextCheck = (before: Expecting | null, after: Checked): Product['report_check'] => {
  const isReport = after.observation_counts_version === after.version;
  const kept =
    isReport && after.report_check !== null ? { ...after.report_check, notification_id: null } : after.report_check;
  const dueBefore = before === null ? null : checkDueAt(before);
  const dueAfter = checkDueAt({ ...after, report_check: kept });
  const isPlanned = dueAfter !== null && (dueBefore === null || dueAfter < dueBefore);
  return isPlanned ? { version: after.version, notification_id: null } : kept;
};

/** A planned check. */
export type ReportCheck = { readonly product_id: string; readonly version: number; readonly due_at: string };

/** The check that the last write of a product planned; null if it planned none. */
export const plannedCheck = (product: Expecting & Pick<Product, 'id' | 'version'>): ReportCheck | null => {
  const dueAt = checkDueAt(product);
  return dueAt === null || product.report_check?.version !== product.version
    ? null
    : { product_id: product.id, version: product.version, due_at: dueAt };
};
