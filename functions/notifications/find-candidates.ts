import type { Caller } from '../../core/http/caller.ts';
import type { CounterPage, Entry, EntryPage, EntryRange } from '../../core/notifications/store/timeline.ts';
import { byNewest } from '../../core/notifications/unread-counters.ts';
import { isVisible } from '../../core/notifications/visibility.ts';
import type { Page, PageRequest } from '../../core/platform/dynamodb/page.ts';
import { type Filter, mayPass, narrowsEntries } from './notification-filter.ts';

export type CandidateDeps = {
  readonly sizes: Sizes;
  readonly listMemberships: (user: string, request: PageRequest) => Promise<Page<{ readonly productId: string }>>;
  /** Which of some products a user is a member of, read consistently. */
  readonly readMemberships: (user: string, productIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly listProductEntries: (stretch: EntryRange & { readonly productId: string }) => Promise<EntryPage>;
  readonly readDigestPages: (request: {
    readonly productIds: readonly string[];
    readonly before: string | null;
  }) => Promise<CounterPage[]>;
  readonly listTimeline: (stretch: EntryRange) => Promise<EntryPage[]>;
};

export type CandidateRequest = {
  readonly caller: Caller;
  readonly filter: Filter;
  readonly limit: number;
  /** The id below which the walk goes on. */
  readonly before: string | null;
};

/** Candidates of a page, newest first, with what they have cost. */
export type Candidates = {
  readonly entries: readonly Entry[];
  readonly next: string | null;
  readonly itemsRead: number;
  /** Ids of notifications that were left out, as their entries do not parse. */
  readonly unreadable: readonly string[];
  /** Whether the caller is known, by a consistent read, to be allowed to see all of them. */
  readonly isChecked: boolean;
};

/** How many products are too many for a way to find a page's candidates. */
export type Sizes = {
  /** Products whose partitions are merged. */
  readonly few: number;
  /** Products whose digests are merged: beyond, the timeline is walked. */
  readonly many: number;
  /** Products that are read from their partitions, where the page is older than their digests. */
  readonly spent: number;
};

export const SIZES: Sizes = { few: 3, many: 50, spent: 2 };

/** Items that a page may read: 200 for the usual 25. */
export const allowedItems = (limit: number): number => Math.max(200, 8 * limit);

/** What reading a candidate costs at the most: the notification, its mark and the membership. */
export const ITEMS_EACH = 3;

const NOTHING: Candidates = { entries: [], next: null, itemsRead: 0, unreadable: [], isChecked: true };

/** Merges pages as far down as all of them tell. */
export const mergePages = (pages: readonly EntryPage[]): EntryPage => {
  const ends = pages.flatMap(({ next }) => next ?? []);
  const next = ends.toSorted().at(-1) ?? null;
  const isTold = (id: string) => next === null || id >= next;
  const entries = pages.flatMap((page) => page.entries).filter(({ id }) => isTold(id));
  const unreadable = pages.flatMap((page) => page.unreadable).filter(isTold);
  return { entries: entries.toSorted(byNewest), next, unreadable };
};

const gathered = (walk: CandidateRequest, pages: readonly EntryPage[], itemsBefore: number): Candidates => {
  const { entries, next, unreadable } = mergePages(pages);
  const read = pages.reduce((sum, page) => sum + page.entries.length, 0);
  return {
    entries: entries.filter((entry) => mayPass(walk.filter, entry) && isCandidate(walk, entry)),
    next,
    unreadable,
    itemsRead: itemsBefore + read,
    isChecked: walk.caller.isAdministrator,
  };
};

/** Who is a member of what is looked at where it is known; here only what no member sees falls out. */
const isCandidate = ({ caller: { isAdministrator } }: CandidateRequest, entry: Entry): boolean =>
  isVisible(entry, { isAdministrator, isMember: true });

const fromProducts = async (
  deps: CandidateDeps,
  walk: CandidateRequest,
  productIds: readonly string[],
): Promise<Candidates> => {
  const share = Math.floor(allowedItems(walk.limit) / ITEMS_EACH / productIds.length);
  const limit = Math.max(walk.limit + 1, share);
  const { before } = walk;
  const pages = await Promise.all(productIds.map((productId) => deps.listProductEntries({ productId, before, limit })));
  return gathered(walk, pages, productIds.length);
};

/** Entries that a page can afford of each partition of the timeline, when reading each may bring so many more items. */
const shardLimit = (walk: CandidateRequest, itemsBefore: number, itemsEach: number): number => {
  const left = allowedItems(walk.limit) - itemsBefore - 2 * (walk.limit + 1);
  return Math.max(1, Math.floor(left / (itemsEach * TIMELINE_PAGES)));
};

/** Pages that `listTimeline` brings. */
const TIMELINE_PAGES = 3;

const fromTimeline = async (
  deps: CandidateDeps,
  walk: CandidateRequest,
  { productIds, itemsRead }: { readonly productIds: readonly string[]; readonly itemsRead: number },
): Promise<Candidates> => {
  const wanted = new Set(productIds);
  const limit = shardLimit(walk, itemsRead, 1);
  const pages = await deps.listTimeline({ before: walk.before, limit });
  const found = gathered(walk, pages, itemsRead);
  return { ...found, entries: found.entries.filter(({ product_id }) => product_id !== null && wanted.has(product_id)) };
};

const fromCounters = async (
  deps: CandidateDeps,
  walk: CandidateRequest,
  productIds: readonly string[],
): Promise<Candidates> => {
  const { before } = walk;
  const itemsRead = 2 * productIds.length;
  const digests = await deps.readDigestPages({ productIds, before });
  const spent = digests.filter(({ isExhausted: isSpent }) => isSpent).map(({ productId }) => productId);
  if (spent.length > deps.sizes.spent) return await fromTimeline(deps, walk, { productIds, itemsRead });
  const limit = Math.max(1, Math.floor((allowedItems(walk.limit) - itemsRead) / (2 * ITEMS_EACH)));
  const older = await Promise.all(spent.map((productId) => deps.listProductEntries({ productId, before, limit })));
  const told = digests.filter(({ isExhausted: isSpent }) => !isSpent).map(({ page }) => page);
  const read = older.reduce((sum, { entries }) => sum + entries.length, 0);
  return { ...gathered(walk, [...told, ...older], 0), itemsRead: itemsRead + read };
};

/** Who is a member of more products than can be looked at asks for those that the timeline shows. */
const fromTimelineOfMany = async (deps: CandidateDeps, walk: CandidateRequest): Promise<Candidates> => {
  const probed = deps.sizes.many + 1;
  const limit = shardLimit(walk, probed, 2);
  const pages = await deps.listTimeline({ before: walk.before, limit });
  const found = gathered(walk, pages, probed);
  const productIds = [...new Set(found.entries.flatMap(({ product_id }) => product_id ?? []))];
  const mine = await deps.readMemberships(walk.caller.user, productIds);
  const entries = found.entries.filter(({ product_id }) => product_id !== null && mine.has(product_id));
  return { ...found, entries, itemsRead: found.itemsRead + mine.size, isChecked: true };
};

const fromWholeTimeline = async (deps: CandidateDeps, walk: CandidateRequest): Promise<Candidates> => {
  const affordable = shardLimit(walk, 0, 1);
  const limit = narrowsEntries(walk.filter) ? affordable : Math.min(walk.limit + 1, affordable);
  return gathered(walk, await deps.listTimeline({ before: walk.before, limit }), 0);
};

/**
 * Finds the candidates of a page by the cheapest way there is for so many products: their partitions, their digests, or
 * the timeline of all notifications. What a member may see is checked again when the notifications are read.
 */
export const findCandidates = async (deps: CandidateDeps, walk: CandidateRequest): Promise<Candidates> => {
  const { caller, filter } = walk;
  if (filter.product_id !== null) {
    const isReader =
      caller.isAdministrator || (await deps.readMemberships(caller.user, [filter.product_id])).has(filter.product_id);
    if (!isReader) return NOTHING;
    return { ...(await fromProducts(deps, walk, [filter.product_id])), isChecked: true };
  }
  if (caller.isAdministrator) return await fromWholeTimeline(deps, walk);
  const { entries } = await deps.listMemberships(caller.user, { limit: deps.sizes.many + 1, after: null });
  const productIds = entries.map(({ productId }) => productId);
  if (productIds.length === 0) return NOTHING;
  if (productIds.length <= deps.sizes.few) return await fromProducts(deps, walk, productIds);
  if (productIds.length <= deps.sizes.many) return await fromCounters(deps, walk, productIds);
  return await fromTimelineOfMany(deps, walk);
};
