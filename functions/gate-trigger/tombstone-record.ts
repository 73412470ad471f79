import * as z from 'zod/mini';
import type { Job } from '../../core/jobs/model.ts';
import type { Images } from './product-record.ts';

/** The item that marks a deleted notification. */
export const tombstoneSchema = z.object({ notification_id: z.string() });

/** Starts a job that removes a deleted notification's data. The tombstone's expiry is ignored. */
export const actOnTombstone = async (
  sendJobs: (jobs: readonly Job[]) => Promise<void>,
  { after }: Images<z.infer<typeof tombstoneSchema>>,
): Promise<void> => {
  if (after !== null) await sendJobs([{ kind: 'clean-up-notification', notification_id: after.notification_id }]);
};
