/**
 * Metrics in CloudWatch's embedded format: a line that a function prints becomes a metric, without a request and without a
 * grant (docs/adr/025-metrics-logs-and-no-traces.md). Shape: "Specification: Embedded metric format", CloudWatch's user guide.
 */
import { METRIC } from '../contract.ts';

/** `Deliveries` and so on → its unit. */
const UNIT = {
  [METRIC.notifications]: 'Count',
  [METRIC.heldBack]: 'Count',
  [METRIC.deliveries]: 'Count',
  [METRIC.timeToSent]: 'Milliseconds',
} as const;

type MetricName = keyof typeof UNIT;

/** Notes a value. Dimensions are few and of few values: each combination is a metric that is paid for. */
export type Measure = (name: MetricName, value: number, dimensions: Readonly<Record<string, string>>) => void;

/** Writes each value as a line of its own; to stdout itself, as Lambda's console would wrap it in a line of its format. */
export const createMeasure =
  ({
    namespace,
    now,
    write,
  }: {
    readonly namespace: string;
    readonly now: () => Date;
    readonly write: (line: string) => void;
  }): Measure =>
  (name, value, dimensions) => {
    const directive = {
      Namespace: namespace,
      Dimensions: [Object.keys(dimensions)],
      Metrics: [{ Name: name, Unit: UNIT[name] }],
    };
    const line = { _aws: { Timestamp: now().getTime(), CloudWatchMetrics: [directive] }, ...dimensions, [name]: value };
    write(`${JSON.stringify(line)}\n`);
  };
