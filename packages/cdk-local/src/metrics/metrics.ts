/** One metric, as an alarm names it. */
export type MetricName = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

export type Datapoint = { readonly atMs: number; readonly value: number };

/** What the stack has counted, by the stack's clock. */
export type Metrics = {
  record(metric: MetricName, value: number): void;
  datapoints(metric: MetricName): readonly Datapoint[];
};

const keyOf = ({ namespace, name, dimensions }: MetricName): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).toSorted()]);

/** No alarm looks back longer; older ones are forgotten. */
const KEPT_MS = 24 * 3_600_000;

export const createMetrics = (now: () => Date): Metrics => {
  const series = new Map<string, Datapoint[]>();
  return {
    record: (metric, value) => {
      const atMs = now().getTime();
      const key = keyOf(metric);
      const points = series.get(key) ?? [];
      points.push({ atMs, value });
      const [oldest] = points;
      // Rarely, as each time costs all of them.
      const isLong = oldest !== undefined && oldest.atMs < atMs - 2 * KEPT_MS;
      series.set(key, isLong ? points.filter((point) => point.atMs > atMs - KEPT_MS) : points);
    },
    datapoints: (metric) => series.get(keyOf(metric)) ?? [],
  };
};
