import type { Log } from '../../core/log.ts';
import type { Page, PageRequest } from '../../core/platform/dynamodb/page.ts';
import { derivedId } from '../../core/platform/sortable-id.ts';
import { checkDueAt, type ReportCheck } from '../../core/products/report-check.ts';
import type { CheckedProduct } from '../../core/products/store/report-checks.ts';

export type CheckReportsDeps = {
  /** A page of the checks that are due before a time. */
  readonly listDueChecks: (request: PageRequest & { readonly before: string }) => Promise<Page<ReportCheck>>;
  /** Null for a deleted product; undefined for one that can't be read. */
  readonly readChecked: (productIds: readonly string[]) => Promise<ReadonlyMap<string, CheckedProduct | null>>;
  readonly recordOverdue: (product: CheckedProduct, notificationId: string) => Promise<'recorded' | 'overtaken'>;
  readonly replaceChecks: (checks: {
    readonly done: readonly ReportCheck[];
    readonly planned: readonly ReportCheck[];
  }) => Promise<void>;
  readonly now: () => Date;
  readonly log: Log;
};

/** Checks that are read and written together. */
const PAGE = 100;

/** A run takes no new page after this time; the next run goes on. */
const RUN_MS = 60_000;

/** Clocks differ: no one is notified early. */
const GRACE_MS = 60_000;

/** What becomes of a check: it ends, is due at another time, is left to the next run, or the report is overdue. */
type Result = 'ends' | 'stays' | 'overdue' | ReportCheck;

const resultOf = (check: ReportCheck, product: CheckedProduct | null | undefined, before: string): Result => {
  if (product === undefined) return 'stays';
  const dueAt = product?.report_check?.version === check.version ? checkDueAt(product) : null;
  if (dueAt === null) return 'ends';
  return dueAt < before ? 'overdue' : { ...check, due_at: dueAt };
};

const checkPage = async (deps: CheckReportsDeps, checks: readonly ReportCheck[], now: Date, before: string) => {
  const products = await deps.readChecked([...new Set(checks.map(({ product_id }) => product_id))]);
  const act = async (check: ReportCheck): Promise<Result> => {
    const product = products.get(check.product_id);
    const result = resultOf(check, product, before);
    if (result !== 'overdue' || !product) return result;
    const notificationId = derivedId(now.getTime(), ['report_overdue', product.id, product.version]);
    const outcome = await deps.recordOverdue(product, notificationId);
    deps.log.info('A report is overdue', { product_id: product.id, notification_id: notificationId, outcome });
    return outcome === 'recorded' ? 'ends' : 'stays';
  };
  const results = await Promise.all(checks.map(act));
  await deps.replaceChecks({
    done: checks.filter((_, position) => results[position] !== 'stays'),
    planned: results.filter((result) => typeof result === 'object'),
  });
};

/**
 * Makes the checks that are due. A report that is overdue is recorded with its product, and the stream starts the notification.
 * What fails, or is overtaken by a write of the product, is repeated by the next run.
 */
export const checkReports = async (deps: CheckReportsDeps): Promise<void> => {
  const startMs = deps.now().getTime();
  const before = new Date(startMs - GRACE_MS).toISOString();
  let after: string | null = null;
  do {
    const page: Page<ReportCheck> = await deps.listDueChecks({ before, after, limit: PAGE });
    if (page.entries.length > 0) await checkPage(deps, page.entries, new Date(startMs), before);
    after = page.next;
  } while (after !== null && deps.now().getTime() < startMs + RUN_MS);
};
