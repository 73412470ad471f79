import type { Job, JobOf } from '../../core/jobs/model.ts';
import type { Page, PageRequest } from '../../core/platform/dynamodb/page.ts';
import type { Settings } from '../../core/settings/model.ts';

export type PlanDeps = {
  readonly readSettings: () => Promise<Settings>;
  readonly listProductIds: (request: PageRequest & { readonly upTo: string | null }) => Promise<Page<string>>;
  readonly sendJobs: (jobs: readonly Job[]) => Promise<void>;
};

/** Products of one plan job, and of one recheck job: seconds of work each. */
const PLANNED = 5_000;
const RANGE = 500;

/**
 * Divides the next part of the product index into ranges, sends a `recheck` job for each, and a plan job for the remaining
 * products. Stops if the settings have changed again, because that change has its own plan.
 */
export const planRecheck = async (deps: PlanDeps, job: JobOf<'plan-recheck'>): Promise<void> => {
  const { gate_version } = job;
  if ((await deps.readSettings()).gate_version > gate_version) return;
  const { entries, next } = await deps.listProductIds({ after: job.after, limit: PLANNED, upTo: null });
  const jobs: Job[] = [];
  let after = job.after;
  for (let end = RANGE; after !== entries.at(-1) && entries.length > 0; end += RANGE) {
    const upTo = entries[Math.min(end, entries.length) - 1] ?? '';
    jobs.push({ kind: 'recheck', gate_version, after, up_to: upTo });
    after = upTo;
  }
  if (next !== null) jobs.push({ kind: 'plan-recheck', gate_version, after: next });
  await deps.sendJobs(jobs);
};
