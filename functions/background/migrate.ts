import type { Job, JobOf } from '../../core/jobs/model.ts';
import type { Log } from '../../core/log.ts';
import type { Page, PageRequest } from '../../core/platform/dynamodb/page.ts';

export type MigrateDeps = {
  readonly listCatalogue: (request: PageRequest & { readonly upTo: string | null }) => Promise<Page<string>>;
  /** Writes those of the products anew that are of the format before; tells how many were. */
  readonly migrateProducts: (productIds: readonly string[]) => Promise<number>;
  readonly migrateSettings: () => Promise<boolean>;
  readonly sendJobs: (jobs: readonly Job[]) => Promise<void>;
  readonly log: Log;
};

/** Products of one job: seconds of work, if each is to be written. */
const PAGE = 500;

/**
 * Brings a page of products to today's format and sends a job for the rest; after the last page the settings. What is of
 * today's format is left alone, so it can be run again, from the start or after a crash, and alongside all writers: they
 * write today's format only.
 */
export const migrate = async (deps: MigrateDeps, job: JobOf<'migrate'>): Promise<void> => {
  const page = await deps.listCatalogue({ after: job.after, limit: PAGE, upTo: null });
  const rewritten = await deps.migrateProducts(page.entries);
  deps.log.info('Products were migrated', {
    products: page.entries.length,
    rewritten,
    last: page.entries.at(-1) ?? null,
  });
  if (page.next !== null) return await deps.sendJobs([{ kind: 'migrate', after: page.next }]);
  deps.log.info('The migration is over', { settings_rewritten: await deps.migrateSettings() });
};
