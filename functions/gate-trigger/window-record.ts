import type { ExceptionWindow } from '../../core/exceptions/window.ts';
import type { Job } from '../../core/jobs/model.ts';
import type { Images } from './product-record.ts';

/** The first repeat in an exception window starts a job that reports the repeats when the window closes. */
export const actOnWindow = async (
  sendJobs: (jobs: readonly Job[]) => Promise<void>,
  { before, after }: Images<ExceptionWindow>,
): Promise<void> => {
  if (after === null || after.held_back === 0 || (before !== null && before.held_back > 0)) return;
  await sendJobs([{ kind: 'close-window', fingerprint: after.fingerprint, opened_at: after.opened_at }]);
};
