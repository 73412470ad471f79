import type { Caller } from '../../core/http/caller.ts';
import type { Entry, EntryPage, EntryRange } from '../../core/notifications/store/timeline.ts';
import type { UnreadState } from '../../core/notifications/store/viewed.ts';
import { byNewest, type CountedType, countedTypeSchema, unreadIds } from '../../core/notifications/unread-counters.ts';
import {
  allViewedUpTo,
  isMarkedByAll,
  typesSeenBy,
  type ViewedUpTo,
  viewedUpToOf,
} from '../../core/notifications/viewed-up-to.ts';
import { inChunks } from '../../core/platform/chunks.ts';
import { type CandidateDeps, mergePages } from './find-candidates.ts';

export type CountDeps = Pick<CandidateDeps, 'listMemberships' | 'listProductEntries' | 'listTimeline'> & {
  readonly readViewedUpTo: (user: string) => Promise<ViewedUpTo>;
  /** The unread counters of products, with the user's viewed counts. */
  readonly readUnreadStates: (user: string, productIds: readonly string[]) => Promise<readonly UnreadState[]>;
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

/** A count; `more`: a minimum. */
type Counted = { readonly count: number; readonly more: boolean };

const plus = (one: Counted, other: Counted): Counted => ({
  count: one.count + other.count,
  more: one.more || other.more,
});

const unviewed = ({ count, more }: Counted): Unviewed => {
  const isMore = more || count > MOST;
  const shown = Math.min(count, MOST);
  return { count: shown, more: isMore, text: isMore ? `${shown}+` : String(shown) };
};

/** A user, and what they marked with "all". */
type Reader = { readonly user: string; readonly viewed: ViewedUpTo };

/** Counts notifications that the user hasn't marked, neither with "all" nor one by one. */
const countEntries = async (deps: CountDeps, { user, viewed }: Reader, all: readonly Entry[]): Promise<number> => {
  const entries = all.filter((entry) => !isMarkedByAll(viewed, entry)).toSorted(byNewest);
  const [newest, oldest] = [entries.at(0)?.id, entries.at(-1)?.id];
  if (newest === undefined || oldest === undefined) return 0;
  const marked = new Set(await deps.listViewed({ user, oldest, newest }));
  return entries.filter(({ id }) => !marked.has(id)).length;
};

type Reading = {
  readonly read: (range: EntryRange) => Promise<EntryPage>;
  /** Down to this id; null reads all. */
  readonly end: string | null;
};

/** Counts by reading notifications, newest first, and skips viewed ones. Stops above the limit. */
const countByReading = async (deps: CountDeps, reader: Reader, { read, end }: Reading): Promise<Counted> => {
  let count = 0;
  let before: string | null = null;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const limit = round === 0 ? FIRST_ENTRIES : MORE_ENTRIES;
    const { entries, next }: EntryPage = await read({ before, limit });
    count += await countEntries(deps, reader, entries);
    if (count > MOST || next === null || (end !== null && next <= end)) return { count, more: false };
    before = next;
  }
  return { count, more: true };
};

/** For an administrator: reads the timeline. */
const countTimeline = async (deps: CountDeps, user: string): Promise<Counted> => {
  const viewed = await deps.readViewedUpTo(user);
  const end = allViewedUpTo(viewed, { types: typesSeenBy({ isAdministrator: true }), productId: null });
  const read = async (range: EntryRange) => mergePages(await deps.listTimeline(range));
  return await countByReading(deps, { user, viewed }, { read, end });
};

/** A product with more unviewed notifications of a type than its counters list; `end`: those up to it are viewed. */
type Cut = { readonly productId: string; readonly type: CountedType; readonly end: string };

/**
 * The part of a count that needs no further reading, the notifications whose marks decide, and the products of which more
 * are unviewed than their counters list.
 */
type Parts = { readonly count: number; readonly entries: readonly Entry[]; readonly cut: readonly Cut[] };

const byType = (states: readonly UnreadState[]) =>
  states.flatMap((state) => countedTypeSchema.options.map((type) => ({ ...state, type })));

const partsOf = (states: readonly UnreadState[], viewed: ViewedUpTo): Parts => {
  let count = 0;
  const entries: Entry[] = [];
  const cut: Cut[] = [];
  for (const { productId, type, counters, viewed: marked } of byType(states)) {
    const upTo = viewedUpToOf(viewed, { type, product_id: productId });
    // `marked` can exceed the total until the clean-up of a deleted notification.
    if (upTo === null) count += Math.max(0, counters.total[type] - marked[type]);
    else if (counters.floor !== null && counters.floor > upTo) cut.push({ productId, type, end: upTo });
    else for (const id of unreadIds(counters, type)) if (id > upTo) entries.push({ id, type, product_id: productId });
  }
  return { count, entries, cut };
};

const countStates = async (deps: CountDeps, reader: Reader, states: readonly UnreadState[]): Promise<Counted> => {
  const { count, entries, cut } = partsOf(states, reader.viewed);
  let sum = { count: count + (count > MOST ? 0 : await countEntries(deps, reader, entries)), more: false };
  for (const { productId, type, end } of cut) {
    if (sum.count > MOST) break;
    const read = async (range: EntryRange) => {
      const page = await deps.listProductEntries({ ...range, productId });
      return { ...page, entries: page.entries.filter((entry) => entry.type === type) };
    };
    sum = plus(sum, await countByReading(deps, reader, { read, end }));
  }
  return sum;
};

/** For a member: adds up the unread counters of their products until the limit is exceeded. */
const countProducts = async (deps: CountDeps, user: string): Promise<Counted> => {
  const readPage = (after: string | null) => deps.listMemberships(user, { limit: MEMBERSHIPS, after });
  const [first, viewed] = await Promise.all([readPage(null), deps.readViewedUpTo(user)]);
  let sum: Counted = { count: 0, more: false };
  for (let page = first; ; page = await readPage(page.next)) {
    const groups = inChunks(
      page.entries.map(({ productId }) => productId),
      GROUP,
    );
    for (const together of inChunks(groups, SIDE_BY_SIDE)) {
      if (sum.count > MOST) break;
      const states = await Promise.all(together.map((productIds) => deps.readUnreadStates(user, productIds)));
      sum = plus(sum, await countStates(deps, { user, viewed }, states.flat()));
    }
    if (page.next === null || sum.count > MOST) return sum;
  }
};

/**
 * Counts the notifications that a caller hasn't viewed, exactly up to 100. For an administrator who has viewed about the newest
 * 150,000, `more` is true, because older ones aren't read.
 */
export const countUnviewed = async (deps: CountDeps, { user, isAdministrator }: Caller): Promise<Unviewed> =>
  unviewed(await (isAdministrator ? countTimeline(deps, user) : countProducts(deps, user)));
