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
  /** The page continues below this id. */
  readonly before: string | null;
};

/** Candidates of a page, newest first, and how many items were read. */
export type Candidates = {
  readonly entries: readonly Entry[];
  readonly next: string | null;
  readonly itemsRead: number;
  /** Ids of notifications that are omitted because their entries can't be parsed. */
  readonly unreadable: readonly string[];
  /** Whether a consistent read has confirmed that the caller may see all of them. */
  readonly isChecked: boolean;
};

/** Numbers of products up to which each way of finding candidates is used. */
export type Sizes = {
  /** Up to this many: merges the products' partitions. */
  readonly few: number;
  /** Up to this many: merges their unread counters; beyond, reads the timeline. */
  readonly many: number;
  /** Up to this many may need their partitions, because the page is older than their counters. */
  readonly exhausted: number;
};

export const SIZES: Sizes = { few: 3, many: 50, exhausted: 2 };

/** How many items a page may read: 200 for the usual 25. */
export const allowedItems = (limit: number): number => Math.max(200, 8 * limit);

/** Items read for a candidate at most: the notification, its viewed mark, and the membership. */
export const ITEMS_EACH = 3;

const NOTHING: Candidates = { entries: [], next: null, itemsRead: 0, unreadable: [], isChecked: true };

/** Merges pages down to the newest `next`: below it, some page is incomplete. */
export const mergePages = (pages: readonly EntryPage[]): EntryPage => {
  const ends = pages.flatMap(({ next }) => next ?? []);
  const next = ends.toSorted().at(-1) ?? null;
  const isComplete = (id: string) => next === null || id >= next;
  const entries = pages.flatMap((page) => page.entries).filter(({ id }) => isComplete(id));
  const unreadable = pages.flatMap((page) => page.unreadable).filter(isComplete);
  return { entries: entries.toSorted(byNewest), next, unreadable };
};

const candidatesFrom = (request: CandidateRequest, pages: readonly EntryPage[], itemsBefore: number): Candidates => {
  const { entries, next, unreadable } = mergePages(pages);
  const read = pages.reduce((sum, page) => sum + page.entries.length, 0);
  return {
    entries: entries.filter((entry) => mayPass(request.filter, entry) && isCandidate(request, entry)),
    next,
    unreadable,
    itemsRead: itemsBefore + read,
    isChecked: request.caller.isAdministrator,
  };
};

/** Membership is checked elsewhere; this removes only what no member may see. */
const isCandidate = ({ caller: { isAdministrator } }: CandidateRequest, entry: Entry): boolean =>
  isVisible(entry, { isAdministrator, isMember: true });

const fromProducts = async (
  deps: CandidateDeps,
  request: CandidateRequest,
  productIds: readonly string[],
): Promise<Candidates> => {
  const share = Math.floor(allowedItems(request.limit) / ITEMS_EACH / productIds.length);
  const limit = Math.max(request.limit + 1, share);
  const { before } = request;
  const pages = await Promise.all(productIds.map((productId) => deps.listProductEntries({ productId, before, limit })));
  return candidatesFrom(request, pages, productIds.length);
};

/** How many entries of each timeline partition a page can read, if each entry causes so many reads. */
const shardLimit = (request: CandidateRequest, itemsBefore: number, itemsEach: number): number => {
  const left = allowedItems(request.limit) - itemsBefore - 2 * (request.limit + 1);
  return Math.max(1, Math.floor(left / (itemsEach * TIMELINE_PAGES)));
};

/** Number of pages that `listTimeline` returns. */
const TIMELINE_PAGES = 3;

const fromTimeline = async (
  deps: CandidateDeps,
  request: CandidateRequest,
  { productIds, itemsRead }: { readonly productIds: readonly string[]; readonly itemsRead: number },
): Promise<Candidates> => {
  const wanted = new Set(productIds);
  const limit = shardLimit(request, itemsRead, 1);
  const pages = await deps.listTimeline({ before: request.before, limit });
  const found = candidatesFrom(request, pages, itemsRead);
  return { ...found, entries: found.entries.filter(({ product_id }) => product_id !== null && wanted.has(product_id)) };
};

const fromCounters = async (
  deps: CandidateDeps,
  request: CandidateRequest,
  productIds: readonly string[],
): Promise<Candidates> => {
  const { before } = request;
  const itemsRead = 2 * productIds.length;
  const digests = await deps.readDigestPages({ productIds, before });
  const exhausted = digests.filter(({ isExhausted: isSpent }) => isSpent).map(({ productId }) => productId);
  if (exhausted.length > deps.sizes.exhausted) return await fromTimeline(deps, request, { productIds, itemsRead });
  const limit = Math.max(1, Math.floor((allowedItems(request.limit) - itemsRead) / (2 * ITEMS_EACH)));
  const older = await Promise.all(exhausted.map((productId) => deps.listProductEntries({ productId, before, limit })));
  const recent = digests.filter(({ isExhausted: isSpent }) => !isSpent).map(({ page }) => page);
  const read = older.reduce((sum, { entries }) => sum + entries.length, 0);
  return { ...candidatesFrom(request, [...recent, ...older], 0), itemsRead: itemsRead + read };
};

/** For a member of many products: reads the timeline and checks membership only for the products that occur in it. */
const fromTimelineOfMany = async (deps: CandidateDeps, request: CandidateRequest): Promise<Candidates> => {
  const probed = deps.sizes.many + 1;
  const limit = shardLimit(request, probed, 2);
  const pages = await deps.listTimeline({ before: request.before, limit });
  const found = candidatesFrom(request, pages, probed);
  const productIds = [...new Set(found.entries.flatMap(({ product_id }) => product_id ?? []))];
  const mine = await deps.readMemberships(request.caller.user, productIds);
  const entries = found.entries.filter(({ product_id }) => product_id !== null && mine.has(product_id));
  return { ...found, entries, itemsRead: found.itemsRead + mine.size, isChecked: true };
};

const fromWholeTimeline = async (deps: CandidateDeps, request: CandidateRequest): Promise<Candidates> => {
  const affordable = shardLimit(request, 0, 1);
  const limit = narrowsEntries(request.filter) ? affordable : Math.min(request.limit + 1, affordable);
  return candidatesFrom(request, await deps.listTimeline({ before: request.before, limit }), 0);
};

/**
 * Finds the candidates of a page in the cheapest way for the number of products: from their partitions, their unread counters, or
 * the timeline of all notifications. Visibility is checked again when the notifications are read.
 */
export const findCandidates = async (deps: CandidateDeps, request: CandidateRequest): Promise<Candidates> => {
  const { caller, filter } = request;
  if (filter.product_id !== null) {
    const isReader =
      caller.isAdministrator || (await deps.readMemberships(caller.user, [filter.product_id])).has(filter.product_id);
    if (!isReader) return NOTHING;
    return { ...(await fromProducts(deps, request, [filter.product_id])), isChecked: true };
  }
  if (caller.isAdministrator) return await fromWholeTimeline(deps, request);
  const { entries } = await deps.listMemberships(caller.user, { limit: deps.sizes.many + 1, after: null });
  const productIds = entries.map(({ productId }) => productId);
  if (productIds.length === 0) return NOTHING;
  if (productIds.length <= deps.sizes.few) return await fromProducts(deps, request, productIds);
  if (productIds.length <= deps.sizes.many) return await fromCounters(deps, request, productIds);
  return await fromTimelineOfMany(deps, request);
};
