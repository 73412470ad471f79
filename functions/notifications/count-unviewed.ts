import { isVisible } from '../domain/visibility.ts';
import type { Caller } from '../http/caller.ts';
import type { Entry } from '../store/timeline.ts';
import { type GatherDeps, mergePages } from './gather.ts';

export type CountDeps = Pick<GatherDeps, 'sizes' | 'listMemberships' | 'listTimeline'> & {
  /** How many notifications of some products a member has not viewed, by the products' own counts. */
  readonly countUnviewedOf: (user: string, productIds: readonly string[]) => Promise<number>;
  /** Which notifications between two ids a user has viewed. */
  readonly listViewed: (request: {
    readonly user: string;
    readonly oldest: string;
    readonly newest: string;
  }) => Promise<readonly string[]>;
};

/** `count` of them at least, and exactly so many unless there is `more`. */
export type Unviewed = { readonly count: number; readonly more: boolean; readonly text: string };

/** What a badge counts to. */
const MOST = 100;

/** Entries that are read of each partition of the timeline, round by round: few where few suffice. */
const ROUNDS = [40, 500] as const;

/** Memberships of one request (1 MB, some 8,000 of them). Who has more counts those of the first ones. */
const MEMBERSHIPS = 8_000;

const unviewed = (count: number, more: boolean): Unviewed => {
  const isMore = more || count > MOST;
  const shown = Math.min(count, MOST);
  return { count: shown, more: isMore, text: isMore ? `${shown}+` : String(shown) };
};

/** What a caller sees of the timeline. */
type Sees = (entry: Entry) => boolean;

const countNewest = async (deps: CountDeps, user: string, sees: Sees): Promise<Unviewed> => {
  let count = 0;
  let before: string | null = null;
  for (const limit of ROUNDS) {
    const { entries, next }: ReturnType<typeof mergePages> = mergePages(await deps.listTimeline({ before, limit }));
    const seen = entries.filter(sees);
    const [newest, oldest] = [seen.at(0)?.id, seen.at(-1)?.id];
    const marks = newest === undefined || oldest === undefined ? [] : await deps.listViewed({ user, oldest, newest });
    const viewed = new Set(marks);
    count += seen.filter(({ id }) => !viewed.has(id)).length;
    if (count > MOST || next === null) return unviewed(count, false);
    before = next;
  }
  return unviewed(count, true);
};

/**
 * Counts what a caller has not viewed yet, up to 100. For a member of up to 50 products it is exact, by counts that the
 * products keep. For others the newest 1,500 or so of all notifications are looked through, and the answer says where
 * there may be more.
 */
export const countUnviewed = async (deps: CountDeps, { user, isAdministrator }: Caller): Promise<Unviewed> => {
  if (isAdministrator) return await countNewest(deps, user, () => true);
  const first = await deps.listMemberships(user, { limit: deps.sizes.many + 1, after: null });
  const productIds = first.entries.map(({ productId }) => productId);
  if (productIds.length <= deps.sizes.many) return unviewed(await deps.countUnviewedOf(user, productIds), false);
  const { entries, next } = await deps.listMemberships(user, { limit: MEMBERSHIPS, after: null });
  const mine = new Set(entries.map(({ productId }) => productId));
  const counted = await countNewest(deps, user, (entry) =>
    isVisible(entry, { isAdministrator, isMember: entry.product_id !== null && mine.has(entry.product_id) }),
  );
  return next === null ? counted : unviewed(counted.count, true);
};
