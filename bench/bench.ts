/** What all benchmarks share: their form, how they print, and what a bound is. */

/**
 * A figure against its bound. `count`s are the same on every machine and always judged; `time`s, and ratios of times, only
 * in the long form: a machine that others use as well can't be trusted with a short one.
 */
export type Check = { readonly what: string; readonly kind: 'count' | 'time'; readonly holds: boolean };

type Options = { readonly short: boolean; readonly print: (text: string) => void };

export type Bench = {
  /** What it measures, in one line. */
  readonly about: string;
  /** The short form looks only whether it runs and whether its counts hold. */
  readonly run: (options: Options) => Promise<readonly Check[]>;
};

type Row = readonly (string | number)[];

const shown = (cell: string | number): string => (typeof cell === 'number' ? cell.toLocaleString('en') : cell);

/** A table in Markdown, with columns of numbers aligned to the right. */
export const markdownTable = (head: readonly string[], rows: readonly Row[]): string => {
  const isNumber = head.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = line(isNumber.map((right) => (right ? '---:' : '---')));
  return [line(head), rule, ...rows.map((row) => line(row.map(shown)))].join('\n');
};

/** A number with so many digits after the point that three count. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

/** The value at a share of sorted numbers: 0.5 is the median. NaN for none. */
export const quantile = (numbers: readonly number[], share: number): number => {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
};

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
