import type { PageRequest, PageWithUnreadable } from '../../core/platform/dynamodb/page.ts';
import {
  HISTORY_DAYS,
  type HistoryEntry,
  type Interval,
  type Positioned,
  thinned,
} from '../../core/products/history.ts';
import type { HistoryRange } from '../../core/products/store/history.ts';

export type ListHistoryDeps = {
  readonly readHistory: (
    range: HistoryRange & { readonly productId: string },
  ) => Promise<PageWithUnreadable<Positioned>>;
};

/** Null is an open end, or all entries. */
export type HistoryRequest = PageRequest & {
  readonly productId: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly interval: Interval | null;
};

/** Entries that a page reads if most may be omitted: about 150 KB. */
const READ_TO_THIN = 500;

const DAY_MS = 86_400_000;

/**
 * A page of a product's history, newest first. Entries that have expired are omitted, as the table deletes them late. A page can be
 * shorter than `limit`; only `next` shows whether more may follow.
 */
export const listHistory = async (
  { readHistory }: ListHistoryDeps,
  { productId, from, to, interval, limit, after }: HistoryRequest,
  now: Date,
): Promise<PageWithUnreadable<HistoryEntry>> => {
  const oldest = new Date(now.getTime() - HISTORY_DAYS * DAY_MS).toISOString();
  const start = from === null || from < oldest ? oldest : from;
  // Entries of the last moment sort after it, and a faster clock may have written some.
  const end = to ?? new Date(now.getTime() + DAY_MS).toISOString();
  if (start >= end) return { entries: [], next: null, unreadable: [] };
  const read = await readHistory({
    productId,
    from: start,
    to: end,
    after,
    limit: interval === null ? limit : READ_TO_THIN,
  });
  const shown = thinned(read.entries, { interval, after });
  const page = shown.slice(0, limit);
  const last = page.at(-1);
  const isCut = shown.length > page.length && last !== undefined;
  return {
    entries: page.map(({ entry }) => entry),
    next: isCut ? last.position : read.next,
    unreadable: read.unreadable,
  };
};
