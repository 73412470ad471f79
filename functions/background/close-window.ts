import type { ExceptionWindow } from '../../core/exceptions/window.ts';
import { onClosing } from '../../core/exceptions/window-steps.ts';
import type { Job, JobOf } from '../../core/jobs/model.ts';
import type { Settings } from '../../core/settings/model.ts';

export type CloseWindowDeps = {
  readonly readWindow: (
    fingerprint: string,
  ) => Promise<{ readonly window: ExceptionWindow | null; readonly settings: Settings }>;
  readonly reportHeldBack: (window: ExceptionWindow, now: Date) => Promise<'written' | 'conflict'>;
  readonly sendJobs: (jobs: readonly Job[], delaySeconds: number) => Promise<void>;
  readonly now: () => Date;
};

/** Maximum delay of a message (API reference, DelaySeconds). A longer wait takes several messages. */
const MAX_DELAY_SECONDS = 900;

/**
 * Reports the repeats in an exception window after it closed, by the current repeat interval. If the window was opened
 * again, they were reported with that exception. Until the window closes, the job sends itself again.
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
  // Another exception changed the window in the meantime: check it again.
  if ((await deps.reportHeldBack(step.window, now)) === 'conflict') await deps.sendJobs([job], 1);
};
