import type { Job } from '../domain/job.ts';
import type { Settings } from '../domain/settings.ts';
import type { Images } from './product-record.ts';

/** A change of the settings' gate fields becomes a job that re-computes every product on the standard gate. */
export const actOnSettings = async (
  sendJobs: (jobs: readonly Job[]) => Promise<void>,
  { before, after }: Images<Settings>,
): Promise<void> => {
  if (after === null || after.gate_version === (before?.gate_version ?? 0)) return;
  await sendJobs([{ kind: 'plan-recheck', gate_version: after.gate_version, after: null }]);
};
