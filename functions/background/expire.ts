import type { Job, JobOf } from '../../core/jobs/model.ts';
import { TIMELINE_SHARDS } from '../../core/keys.ts';
import type { Log } from '../../core/log.ts';
import type { Deletable } from '../../core/notifications/store/delete.ts';
import type { PageRequest, PageWithUnreadable } from '../../core/platform/dynamodb/page.ts';
import type { Settings } from '../../core/settings/model.ts';

export type ExpireDeps = {
  readonly readSettings: () => Promise<Settings>;
  /** Notifications in a partition of the timeline from before a time, oldest first. */
  readonly listOlderThan: (
    request: PageRequest & { readonly shard: string; readonly before: Date },
  ) => Promise<PageWithUnreadable<Deletable>>;
  /** Deletes notifications as a user does, and returns the ids of those that existed. */
  readonly deleteNotifications: (notifications: readonly Deletable[]) => Promise<readonly string[]>;
  readonly sendJobs: (jobs: readonly Job[]) => Promise<void>;
  readonly now: () => Date;
  readonly log: Log;
};

/** Notifications of one job: seconds of work. */
const PAGE = 300;

const DAY_MS = 86_400_000;

/** The schedule starts a run each hour, and no two work on the same notifications. */
const RUN_MS = 50 * 60_000;

/**
 * Deletes a page of the notifications that are older than the settings' retention, and sends a job for the next page. Deleting
 * them in the same way as users do keeps lists and unread counters right.
 */
export const expire = async (deps: ExpireDeps, { shard, after, until }: JobOf<'expire'>): Promise<void> => {
  const { notification_retention_days: days } = await deps.readSettings();
  const now = deps.now();
  const end = until ?? new Date(now.getTime() + RUN_MS).toISOString();
  const partition = TIMELINE_SHARDS[shard];
  if (days === 0 || partition === undefined || now.toISOString() >= end) return;
  const before = new Date(now.getTime() - days * DAY_MS);
  const page = await deps.listOlderThan({ shard: partition, before, after, limit: PAGE });
  const deleted = page.entries.length === 0 ? [] : await deps.deleteNotifications(page.entries);
  if (deleted.length > 0) deps.log.info('Notifications expired', { notifications: deleted.length });
  const next = page.next === null ? { shard: shard + 1, after: null } : { shard, after: page.next };
  if (next.shard < TIMELINE_SHARDS.length) await deps.sendJobs([{ kind: 'expire', ...next, until: end }]);
};
