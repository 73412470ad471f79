import type { Caller } from '../../core/http/caller.ts';
import type { Entry } from '../../core/notifications/store/timeline.ts';
import { type CandidateDeps, mergePages } from './find-candidates.ts';

export type CountDeps = Pick<CandidateDeps, 'listMemberships' | 'listTimeline'> & {
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

/** Memberships of one request (1 MB, some 8,000 of them). */
const MEMBERSHIPS = 8_000;

/** Products whose counts are read one request after another, and how many such groups are read side by side. */
const GROUP = 250;
const SIDE_BY_SIDE = 4;

/** Entries that are read of each partition of the timeline: few at first, as few often suffice. */
const FIRST_ENTRIES = 40;
const MORE_ENTRIES = 500;

/** Some 150,000 notifications that were all viewed: reading on would take longer than a call may. */
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

/** An administrator sees the whole timeline, and only what was viewed has to be passed over. */
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

/** A member sees what the products' own counts hold; once they exceed what a badge shows, the rest does not matter. */
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
 * Counts what a caller has not viewed yet, exactly up to 100. For an administrator who has viewed the newest 150,000 or
 * so, the answer says that there may be `more`.
 */
export const countUnviewed = (deps: CountDeps, { user, isAdministrator }: Caller): Promise<Unviewed> =>
  isAdministrator ? countTimeline(deps, user) : countProducts(deps, user);
