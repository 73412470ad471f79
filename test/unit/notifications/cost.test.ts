import { describe, expect, it } from 'vitest';
import { measureLists } from '../../list-cost.ts';

/** What a page of 25 may cost. `npm run bench:lists` measures the same with a hundred thousand and a million. */
const ITEMS = 200;
const REQUESTS = { '1 product': 6, '50 products': 6, '2,000 products': 12, administrator: 12 } as const;
const COUNT_ITEMS = { '1 product': 200, '50 products': 200, '2,000 products': 5_000, administrator: 5_000 } as const;

describe.each([1_000, 20_000])('with %i notifications', (notifications) => {
  it('every page stays within its bounds, however rare the hits', { timeout: 120_000 }, async () => {
    const costs = await measureLists(notifications);
    expect(costs.length).toBe(20);
    const dear = costs.filter(({ reader, query, dearest: { requests, items } }) => {
      const mostItems = query === 'unviewed count' ? COUNT_ITEMS[reader] : ITEMS;
      return requests > REQUESTS[reader] || items > mostItems;
    });
    expect(dear).toEqual([]);
    const full = costs.filter(({ query, reader }) => query === 'all' && reader !== '1 product');
    for (const { shown, reader } of full) expect(shown, reader).toBeGreaterThan(20);
  });
});
