import type { ExceptionWindow } from '../../core/exceptions/window.ts';
import { onClosing } from '../../core/exceptions/window-steps.ts';
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
  const now = deps.now();
  const step = onClosing(window, {
    openedAt: job.opened_at,
    isWanted: settings.exception_closing_notification,
    rateLimitSeconds: settings.exception_rate_limit,
    now,
  });
  if (step.kind === 'done') return;
  if (step.kind === 'wait') return await deps.sendJobs([job], Math.min(MAX_DELAY_SECONDS, Math.ceil(step.ms / 1_000)));
  // Overtaken by an occurrence: the job looks again, at a window that is new or has counted one more.
  if ((await deps.tellHeldBack(step.window, now)) === 'conflict') await deps.sendJobs([job], 1);
};
