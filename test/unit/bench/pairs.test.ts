import { describe, expect, it } from 'vitest';
import { isAtLeast, isAtMost, pairedRatio, shownRatio } from '../../../bench/pairs.ts';

const pairs = (values: readonly number[], floors: readonly number[]) =>
  values.map((value, position) => ({ value, floor: floors[position] ?? Number.NaN }));

describe('a ratio in pairs', () => {
  it('is the median of the ratios, and not the ratio of two medians that moments of different speed gave', () => {
    const ratio = pairedRatio(pairs([8, 24, 9], [10, 30, 10]));
    expect(ratio).toEqual({ median: 0.8, low: 0.8, high: 0.9, pairs: 3 });
  });

  it('shows its middle half, without what a single disturbance does', () => {
    const ratio = pairedRatio(pairs([7, 8, 9, 10, 90], [10, 10, 10, 10, 10]));
    expect(shownRatio(ratio)).toBe('0.9 (0.8 to 1 in half of 5 pairs)');
  });

  it.each([
    { most: 1, least: 0.8, holds: true },
    { most: 0.95, least: 0.85, holds: false },
  ])('meets at most $most and at least $least only where three of four pairs do', ({ most, least, holds }) => {
    const ratio = pairedRatio(pairs([7, 8, 9, 10, 90], [10, 10, 10, 10, 10]));
    expect([isAtMost(ratio, most), isAtLeast(ratio, least)]).toEqual([holds, holds]);
  });
});
