import { boundedWindow, type ExceptionWindow, reportsAt } from '../../core/exceptions/window.ts';
import type { Job, JobOf } from '../../core/jobs/model.ts';
import type { Settings } from '../../core/settings/model.ts';

export type CloseWindowDeps = {
  readonly readWindow: (
    fingerprint: string,
  ) => Promise<{ readonly window: ExceptionWindow | null; readonly settings: Settings }>;
  readonly tellHeldBack: (window: ExceptionWindow, now: Date) => Promise<'written' | 'conflict'>;
  readonly sendJobs: (jobs: readonly Job[], delaySeconds: number) => Promise<void>;
  readonly now: () => Date;
};

/** Longest delay of a message (API reference, DelaySeconds); a later time is reached in steps. */
const MAX_DELAY_SECONDS = 900;

/**
 * Tells of what a window held back, a window's length after it closed, by the rate limit that rules then. A window that
 * was opened anew has told it already. Until it is time the job sends itself again.
 */
export const closeWindow = async (deps: CloseWindowDeps, job: JobOf<'close-window'>): Promise<void> => {
  const { window, settings } = await deps.readWindow(job.fingerprint);
  // Opened later than the job says: anew. Opened earlier: a right clock has set the time of its opening right.
  if (window === null || window.opened_at > job.opened_at || window.held_back === 0) return;
  if (!settings.exception_closing_notification) return;
  const now = deps.now();
  const waitMs = reportsAt(window, settings.exception_rate_limit).getTime() - now.getTime();
  const isPossible = boundedWindow(window, now).opened_at === window.opened_at;
  if (waitMs > 0 && isPossible)
    return await deps.sendJobs([job], Math.min(MAX_DELAY_SECONDS, Math.ceil(waitMs / 1_000)));
  // Overtaken by an occurrence: the job looks again, at a window that is new or has counted one more.
  if ((await deps.tellHeldBack(window, now)) === 'conflict') await deps.sendJobs([job], 1);
};
