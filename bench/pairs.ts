import { quantile, rounded } from './bench.ts';

/** A ratio that was measured in pairs: its median, and the bounds of the middle half. */
export type Ratio = { readonly median: number; readonly low: number; readonly high: number; readonly pairs: number };

/**
 * The ratio of pairs whose two figures were measured one right after the other: what slows the machine slows both. Medians
 * of two series don't have that property: they flip when the machine changes between them.
 */
export const pairedRatio = (pairs: readonly { readonly value: number; readonly floor: number }[]): Ratio => {
  const ratios = pairs.map(({ value, floor }) => value / floor);
  const [low, median, high] = [quantile(ratios, 0.25), quantile(ratios, 0.5), quantile(ratios, 0.75)];
  return { median, low, high, pairs: ratios.length };
};

/** `0.92 (0.86 to 1.01 in half of 15 pairs)`. */
export const shownRatio = ({ median, low, high, pairs }: Ratio): string =>
  `${rounded(median)} (${rounded(low)} to ${rounded(high)} in half of ${pairs} pairs)`;

/** Whether a ratio meets its goal for certain: three of four pairs do. Else the next run may say otherwise. */
export const isAtMost = ({ high }: Ratio, most: number): boolean => high <= most;

/** The same for a goal that is a lower bound. */
export const isAtLeast = ({ low }: Ratio, least: number): boolean => low >= least;
