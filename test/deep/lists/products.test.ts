import { expect, it } from 'vitest';
import { brokenProductBounds, measureProductLists } from '../../product-list-cost.ts';

it('every page of 100,000 products stays within its bounds, in each order, however rare the hits', async () => {
  const costs = await measureProductLists(100_000);
  expect(costs).toHaveLength(4 * 3 * 4);
  expect(brokenProductBounds(costs)).toEqual([]);
  const full = costs.filter(({ reader, query }) => query.endsWith(' all') && reader !== '3 products');
  expect(full.filter(({ shown }) => shown < 25)).toEqual([]);
});
