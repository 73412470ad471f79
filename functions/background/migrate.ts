import type { Job, JobOf } from '../../core/jobs/model.ts';
import type { Log } from '../../core/log.ts';
import type { Page, PageRequest } from '../../core/platform/dynamodb/page.ts';

export type MigrateDeps = {
  readonly listProductIds: (request: PageRequest & { readonly upTo: string | null }) => Promise<Page<string>>;
  /** Rewrites products in the previous format and returns their number. */
  readonly migrateProducts: (productIds: readonly string[]) => Promise<number>;
  readonly migrateSettings: () => Promise<number>;
  readonly sendJobs: (jobs: readonly Job[]) => Promise<void>;
  readonly log: Log;
};

/** Products of one job: seconds of work if all are rewritten. */
const PAGE = 500;

/**
 * Migrates a page of products to this version's format and sends a job for the next page. After the last page, migrates
 * the settings. Safe to repeat, and while others write, because they write this version's format.
 */
export const migrate = async (deps: MigrateDeps, job: JobOf<'migrate'>): Promise<void> => {
  const page = await deps.listProductIds({ after: job.after, limit: PAGE, upTo: null });
  const rewritten = await deps.migrateProducts(page.entries);
  deps.log.info('Products migrated', { products: page.entries.length, rewritten, last: page.entries.at(-1) ?? null });
  if (page.next !== null) return await deps.sendJobs([{ kind: 'migrate', after: page.next }]);
  deps.log.info('Migration finished', { settings_rewritten: await deps.migrateSettings() });
};
