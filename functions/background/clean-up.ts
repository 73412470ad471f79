import type { Job, JobOf } from '../../core/jobs/model.ts';
import { type Key, notificationIdOfEntry } from '../../core/keys.ts';

export type CleanUpDeps = {
  readonly listLeftovers: (productId: string, limit: number) => Promise<Key[]>;
  readonly removeNotification: (notificationId: string) => Promise<void>;
  readonly deleteKeys: (keys: readonly Key[]) => Promise<void>;
  readonly sendJobs: (jobs: readonly Job[]) => Promise<void>;
};

/** Items of one job: seconds of work. */
const PAGE = 100;
const IN_PARALLEL = 10;

/**
 * Deletes a page of a deleted product's items: memberships, and notifications with their deliveries and marks. An entry is
 * deleted after the notification that only it leads to. Repeats until no item is left, because a notification that still
 * exists can be marked as viewed, which adds an item.
 */
export const cleanUp = async (deps: CleanUpDeps, job: JobOf<'clean-up'>): Promise<void> => {
  const leftovers = await deps.listLeftovers(job.product_id, PAGE);
  const notifications = leftovers.flatMap(({ sk }) => notificationIdOfEntry(sk) ?? []);
  for (let start = 0; start < notifications.length; start += IN_PARALLEL) {
    await Promise.all(notifications.slice(start, start + IN_PARALLEL).map(deps.removeNotification));
  }
  await deps.deleteKeys(leftovers);
  if (leftovers.length > 0) await deps.sendJobs([job]);
};
