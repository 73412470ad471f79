import type { Page, PageRequest, PageWithUnreadable } from '../../core/platform/dynamodb/page.ts';
import {
  HISTORY_DAYS,
  type HistoryEntry,
  type Interval,
  type Positioned,
  thinned,
  timeOfPosition,
} from '../../core/products/history.ts';
import { withMarks } from '../../core/products/history-marks.ts';
import type { HistoryRange } from '../../core/products/store/history.ts';
import type { GateChange } from '../../core/settings/model.ts';

export type ListHistoryDeps = {
  readonly readHistory: (
    range: HistoryRange & { readonly productId: string },
  ) => Promise<PageWithUnreadable<Positioned>>;
  readonly readGateChanges: (range: Omit<HistoryRange, 'after'>) => Promise<Page<GateChange>>;
};

/** Null is an open end, or all entries. */
export type HistoryRequest = PageRequest & {
  readonly productId: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly interval: Interval | null;
};

/** Entries that a page reads if most may be omitted, about 150 KB, and changes of the default gate. */
const READ_AT_ONCE = 500;

const DAY_MS = 86_400_000;

const NO_ENTRIES = { entries: [], next: null, unreadable: [] } as const;

/** The times (ISO 8601) of a request; `oldest`: entries before it have expired. */
const timesOf = ({ from, to }: HistoryRequest, now: Date) => {
  const oldest = new Date(now.getTime() - HISTORY_DAYS * DAY_MS).toISOString();
  // Entries of the last moment sort after it, and a faster clock may have written some.
  const end = to ?? new Date(now.getTime() + DAY_MS).toISOString();
  return { oldest, start: from === null || from < oldest ? oldest : from, end };
};

type Times = ReturnType<typeof timesOf>;

/** A page's stored entries, and at the beginning of the time range what the product was like before. */
const readEntries = async (
  { readHistory }: ListHistoryDeps,
  request: HistoryRequest,
  { oldest, start, end }: Times,
) => {
  const { productId, interval, after } = request;
  const limit = interval === null ? request.limit : READ_AT_ONCE;
  const [page, earlier] = await Promise.all([
    readHistory({ productId, from: start, to: end, after, limit }),
    start === oldest ? NO_ENTRIES : readHistory({ productId, from: oldest, to: start, after: null, limit: 1 }),
  ]);
  return { page, entries: page.next === null ? [...page.entries, ...earlier.entries] : page.entries };
};

/**
 * A page of a product's history, newest first, with marks for what happened without a write of the product. Entries that have
 * expired are omitted, as the table deletes them late. A page can be shorter than `limit`; only `next` shows whether more may
 * follow.
 */
export const listHistory = async (
  deps: ListHistoryDeps,
  request: HistoryRequest,
  now: Date,
): Promise<PageWithUnreadable<HistoryEntry>> => {
  const times = timesOf(request, now);
  const { interval, limit, after } = request;
  if (times.start >= times.end) return NO_ENTRIES;
  const { page, entries } = await readEntries(deps, request, times);
  // Marks are of the time from the oldest entry of the page to the end of the page before.
  const from = (page.next === null ? undefined : page.entries.at(-1)?.entry.created) ?? times.start;
  const end = after === null ? times.end : timeOfPosition(after);
  const concern = entries.some(({ entry }) => entry.has_own_gate !== true);
  const changes = concern ? await deps.readGateChanges({ from, to: end, limit: READ_AT_ONCE }) : NO_ENTRIES;
  const known = { end, now: now.toISOString(), gateChanges: changes.entries };
  const first = changes.next ?? times.start;
  const marked = withMarks(entries, known).filter(({ entry }) => entry.created >= first);
  const shown = thinned(marked, { interval, after });
  const listed = shown.slice(0, limit);
  const last = listed.at(-1);
  const isCut = shown.length > listed.length && last !== undefined;
  return {
    entries: listed.map(({ entry: { has_own_gate: _1, muted_until: _2, ...entry } }) => entry),
    next: isCut ? last.position : (changes.next ?? page.next),
    unreadable: page.unreadable,
  };
};
