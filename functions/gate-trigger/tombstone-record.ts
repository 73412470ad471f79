import * as z from 'zod/mini';
import type { Job } from '../../core/jobs/model.ts';
import type { Images } from './product-record.ts';

/** What stands where a notification was deleted. */
export const tombstoneSchema = z.object({ notification_id: z.string() });

/** A notification that was deleted is cleaned up after; the tombstone's own end, days later, tells nothing. */
export const actOnTombstone = async (
  sendJobs: (jobs: readonly Job[]) => Promise<void>,
  { after }: Images<z.infer<typeof tombstoneSchema>>,
): Promise<void> => {
  if (after !== null) await sendJobs([{ kind: 'clean-up-notification', notification_id: after.notification_id }]);
};
