import type { Job, JobOf } from '../../core/jobs/model.ts';
import { type Key, notificationIdOfEntry } from '../../core/keys.ts';

export type CleanUpDeps = {
  readonly listRemains: (productId: string, limit: number) => Promise<Key[]>;
  readonly removeNotification: (notificationId: string) => Promise<void>;
  readonly deleteKeys: (keys: readonly Key[]) => Promise<void>;
  readonly sendJobs: (jobs: readonly Job[]) => Promise<void>;
};

/** Items of one job: seconds of work, however much a product leaves behind. */
const PAGE = 100;
const SIDE_BY_SIDE = 10;

/**
 * Deletes a page of what a deleted product left behind: memberships, and notifications with their deliveries and marks.
 * An entry goes last, after all that only it leads to. It goes on until nothing is left: as long as a notification was
 * there, somebody could mark it as viewed, which the product's partition counts.
 */
export const cleanUp = async (deps: CleanUpDeps, job: JobOf<'clean-up'>): Promise<void> => {
  const remains = await deps.listRemains(job.product_id, PAGE);
  const notifications = remains.flatMap(({ sk }) => notificationIdOfEntry(sk) ?? []);
  for (let start = 0; start < notifications.length; start += SIDE_BY_SIDE) {
    await Promise.all(notifications.slice(start, start + SIDE_BY_SIDE).map(deps.removeNotification));
  }
  await deps.deleteKeys(remains);
  if (remains.length > 0) await deps.sendJobs([job]);
};
