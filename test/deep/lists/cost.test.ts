import { describe, expect, it } from 'vitest';
import { brokenBounds } from '../../list-bounds.ts';
import { measureLists } from '../../list-cost.ts';

// `npm run bench -- lists` measures the same with a million.
describe.each([1_000, 100_000])('with %i notifications', (notifications) => {
  it('every page stays within its bounds, however rare the hits', async () => {
    const costs = await measureLists(notifications);
    expect(costs).toHaveLength(4 * 10);
    expect(brokenBounds(costs)).toEqual([]);
    const full = costs.filter(
      ({ query, reader }) => query === 'all' && (reader !== '1 product' || notifications > 1_000),
    );
    // Of 25: how the newest spread over the partitions is by chance, and a page may end a little early within its bounds.
    expect(full.filter(({ shown }) => shown < 20)).toEqual([]);
  });
});
