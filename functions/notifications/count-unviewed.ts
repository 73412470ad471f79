import type { Caller } from '../../core/http/caller.ts';
import type { Entry } from '../../core/notifications/store/timeline.ts';
import { type CandidateDeps, mergePages } from './find-candidates.ts';

export type CountDeps = Pick<CandidateDeps, 'listMemberships' | 'listTimeline'> & {
  /** How many notifications of some products a member has not viewed, by the unread counters. */
  readonly countUnviewedOf: (user: string, productIds: readonly string[]) => Promise<number>;
  /** Which notifications between two ids a user has viewed. */
  readonly listViewed: (request: {
    readonly user: string;
    readonly oldest: string;
    readonly newest: string;
  }) => Promise<readonly string[]>;
};

/** `count` is exact unless `more` is true; then it is the minimum. */
export type Unviewed = { readonly count: number; readonly more: boolean; readonly text: string };

/** The highest count that is exact. */
const MOST = 100;

/** Memberships in one request (1 MB, about 8,000). */
const MEMBERSHIPS = 8_000;

/** Products in a group whose counters are read in sequence, and how many groups are read in parallel. */
const GROUP = 250;
const SIDE_BY_SIDE = 4;

/** Entries read from each timeline partition: few at first, which is often enough. */
const FIRST_ENTRIES = 40;
const MORE_ENTRIES = 500;

/** About 150,000 viewed notifications: reading more would exceed the time of a call. */
const MAX_ROUNDS = 100;

const unviewed = (count: number, more: boolean): Unviewed => {
  const isMore = more || count > MOST;
  const shown = Math.min(count, MOST);
  return { count: shown, more: isMore, text: isMore ? `${shown}+` : String(shown) };
};

const countEntries = async (deps: CountDeps, user: string, entries: readonly Entry[]): Promise<number> => {
  const [newest, oldest] = [entries.at(0)?.id, entries.at(-1)?.id];
  if (newest === undefined || oldest === undefined) return 0;
  const viewed = new Set(await deps.listViewed({ user, oldest, newest }));
  return entries.filter(({ id }) => !viewed.has(id)).length;
};

/** For an administrator: reads the timeline and skips viewed notifications. */
const countTimeline = async (deps: CountDeps, user: string): Promise<Unviewed> => {
  let count = 0;
  let before: string | null = null;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const limit = round === 0 ? FIRST_ENTRIES : MORE_ENTRIES;
    const page: ReturnType<typeof mergePages> = mergePages(await deps.listTimeline({ before, limit }));
    count += await countEntries(deps, user, page.entries);
    if (count > MOST || page.next === null) return unviewed(count, false);
    before = page.next;
  }
  return unviewed(count, true);
};

const inGroups = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / GROUP) }, (_, group) => ids.slice(group * GROUP, (group + 1) * GROUP));

/** For a member: adds up the unread counters of their products until the limit is exceeded. */
const countProducts = async (deps: CountDeps, user: string): Promise<Unviewed> => {
  let count = 0;
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<CountDeps['listMemberships']>> = await deps.listMemberships(user, {
      limit: MEMBERSHIPS,
      after,
    });
    const groups = inGroups(page.entries.map(({ productId }) => productId));
    for (let start = 0; start < groups.length && count <= MOST; start += SIDE_BY_SIDE) {
      const together = groups.slice(start, start + SIDE_BY_SIDE);
      const counts = await Promise.all(together.map((productIds) => deps.countUnviewedOf(user, productIds)));
      count += counts.reduce((sum, each) => sum + each, 0);
    }
    after = page.next;
  } while (after !== null && count <= MOST);
  return unviewed(count, false);
};

/**
 * Counts the notifications that a caller hasn't viewed, exactly up to 100. For an administrator who has viewed about the newest
 * 150,000, `more` is true, because older ones aren't read.
 */
export const countUnviewed = (deps: CountDeps, { user, isAdministrator }: Caller): Promise<Unviewed> =>
  isAdministrator ? countTimeline(deps, user) : countProducts(deps, user);
