import type { Job, JobOf } from '../../core/jobs/model.ts';
import type { Page, PageRequest } from '../../core/platform/dynamodb/page.ts';
import type { Settings } from '../../core/settings/model.ts';

export type PlanDeps = {
  readonly readSettings: () => Promise<Settings>;
  readonly listCatalogue: (request: PageRequest & { readonly upTo: string | null }) => Promise<Page<string>>;
  readonly sendJobs: (jobs: readonly Job[]) => Promise<void>;
};

/** Products of one plan job, and of one recheck job: seconds of work each, however many products there are. */
const PLANNED = 5_000;
const STRETCH = 500;

/**
 * Cuts the next part of the catalogue into stretches, sends a `recheck` job for each, and then a plan job for the rest.
 * A plan for settings that have changed again stops: the newer change has a plan of its own.
 */
export const planRecheck = async (deps: PlanDeps, job: JobOf<'plan-recheck'>): Promise<void> => {
  const { gate_version } = job;
  if ((await deps.readSettings()).gate_version > gate_version) return;
  const { entries, next } = await deps.listCatalogue({ after: job.after, limit: PLANNED, upTo: null });
  const jobs: Job[] = [];
  let after = job.after;
  for (let end = STRETCH; after !== entries.at(-1) && entries.length > 0; end += STRETCH) {
    const upTo = entries[Math.min(end, entries.length) - 1] ?? '';
    jobs.push({ kind: 'recheck', gate_version, after, up_to: upTo });
    after = upTo;
  }
  if (next !== null) jobs.push({ kind: 'plan-recheck', gate_version, after: next });
  await deps.sendJobs(jobs);
};
