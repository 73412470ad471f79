import type { Job } from '../../core/jobs/model.ts';
import { notificationIdOfEntry } from '../../core/keys.ts';

/** Starts a job that removes a deleted notification's data. `partition`: that of its tombstone. */
export const actOnTombstone = async (
  sendJobs: (jobs: readonly Job[]) => Promise<void>,
  partition: string,
): Promise<void> => {
  const notificationId = notificationIdOfEntry(partition);
  if (notificationId !== null) await sendJobs([{ kind: 'clean-up-notification', notification_id: notificationId }]);
};
