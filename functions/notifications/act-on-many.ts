import type { Caller } from '../../core/http/caller.ts';
import type { Outline } from '../../core/notifications/store/read-for-user.ts';
import { type AccessDeps, readSeen } from './access.ts';

export type ActDeps = AccessDeps & {
  /** Marks as viewed. Returns the ids that were deleted in the meantime. */
  readonly markViewed: (user: string, notifications: readonly Outline[]) => Promise<readonly string[]>;
  /** Deletes notifications. Returns the ids that existed. */
  readonly deleteNotifications: (notifications: readonly Outline[]) => Promise<readonly string[]>;
};

/** The result for one id. */
type IdResult<Result extends string> = { readonly id: string; readonly result: Result | 'not_found' };
export type Marked = IdResult<'marked'>;
export type Deleted = IdResult<'deleted' | 'forbidden'>;

/** Marks the notifications that the caller may see as viewed. Returns a result for each id. */
export const markMany = async (deps: ActDeps, caller: Caller, ids: readonly string[]): Promise<Marked[]> => {
  const seen = await readSeen(deps, caller, ids);
  const gone = new Set(await deps.markViewed(caller.user, seen));
  const marked = new Set(seen.flatMap(({ id }) => (gone.has(id) ? [] : [id])));
  return ids.map((id) => ({ id, result: marked.has(id) ? 'marked' : 'not_found' }));
};

/** Deletes the notifications that the caller may delete. Returns a result for each id. */
export const deleteMany = async (deps: ActDeps, caller: Caller, ids: readonly string[]): Promise<Deleted[]> => {
  const seen = await readSeen(deps, caller, ids);
  const deleted = new Set(await deps.deleteNotifications(seen.filter((entry) => entry.mayDelete)));
  const forbidden = new Set(seen.flatMap((entry) => (entry.mayDelete ? [] : [entry.id])));
  return ids.map((id) => {
    if (forbidden.has(id)) return { id, result: 'forbidden' };
    return { id, result: deleted.has(id) ? 'deleted' : 'not_found' };
  });
};
