import type { HistoryEntry } from '../api/answers.ts';
import { type PagedList, usePage } from '../api/use-page.ts';

/** The ranges that the page offers. The API stores 400 days. */
export const DAYS = [30, 90, 400] as const;
export type Days = (typeof DAYS)[number];

/** As many entries as a chart can show, and ten calls. */
const MOST = 1_000;

const DAY_MS = 86_400_000;
const EVERY_MS = 15_000;

/** The beginning, in UTC, of the day so many days ago: the same all day, so that the list stays the same. */
export const startOf = (days: Days, nowMs: number): number => Math.floor((nowMs - days * DAY_MS) / DAY_MS) * DAY_MS;

/** A product's history, newest first, in one entry for each hour or day beside the gate changes. */
export const useHistory = (productId: string, days: Days): PagedList<HistoryEntry> => {
  const query = new URLSearchParams({
    interval: days === 30 ? 'hour' : 'day',
    from: new Date(startOf(days, Date.now())).toISOString(),
  });
  const path = `/products/${encodeURIComponent(productId)}/history?${query}`;
  return usePage({ path, number: 1, size: MOST }, { everyMs: EVERY_MS, goTo: () => {} });
};
