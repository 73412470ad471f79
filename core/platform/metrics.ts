/**
 * Metrics in CloudWatch's embedded format: CloudWatch turns a printed line into a metric, without a request or a
 * permission (docs/adr/025-metrics-logs-and-no-traces.md). Shape: "Specification: Embedded metric format", CloudWatch's user guide.
 */
import { METRIC } from '../contract.ts';

/** The unit of each metric. */
const UNIT = {
  [METRIC.notifications]: 'Count',
  [METRIC.heldBack]: 'Count',
  [METRIC.deliveries]: 'Count',
  [METRIC.timeToSent]: 'Milliseconds',
  [METRIC.heartbeatAge]: 'Milliseconds',
} as const;

type MetricName = keyof typeof UNIT;

/** Records a value. Use few dimensions with few values, as each combination is billed as a metric. */
export type Measure = (name: MetricName, value: number, dimensions: Readonly<Record<string, string>>) => void;

/** Writes each value as a line. Use stdout directly, as Lambda's console would wrap the line in its own format. */
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
