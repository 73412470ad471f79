import type { Cost } from './list-cost.ts';

type Most = { readonly requests: number; readonly items: number };

/**
 * What a page of 25 may cost, whatever there is and whatever is asked for. Marks are a query of their own: reading each by its key
 * would cost a unit for each notification that isn't marked.
 */
const PAGE: Readonly<Record<Cost['reader'], Most>> = {
  '1 product': { requests: 6, items: 200 },
  // Memberships, counters, three partitions of the timeline, notifications, and marks.
  '50 products': { requests: 7, items: 200 },
  '2,000 products': { requests: 12, items: 200 },
  administrator: { requests: 6, items: 200 },
};

/** What the unviewed count may cost: by the products' own counts, or an administrator's by the timeline. */
const COUNT: Readonly<Record<Cost['reader'], Most>> = {
  '1 product': { requests: 3, items: 4 },
  '50 products': { requests: 5, items: 151 },
  '2,000 products': { requests: 42, items: 6_001 },
  administrator: { requests: 9, items: 3_501 },
};

/** The costs that are above their bounds, in words. */
export const brokenBounds = (costs: readonly Cost[]): string[] =>
  costs.flatMap(({ notifications, reader, query, dearest }) => {
    const most = query === 'unviewed count' ? COUNT[reader] : PAGE[reader];
    if (dearest.requests <= most.requests && dearest.items <= most.items) return [];
    const read = `${dearest.requests} requests, ${dearest.items} items`;
    return [`${reader}, ${query}, of ${notifications}: ${read}; bound ${most.requests} and ${most.items}`];
  });
