import type { AlarmDefinition } from '../template/read-alarms.ts';
import type { Datapoint } from './metrics.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

const STATISTICS: Readonly<Record<AlarmDefinition['statistic'], (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  SampleCount: (values) => values.length,
};

const COMPARISONS: Readonly<Record<AlarmDefinition['comparison'], (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** Whether a period breaches; undefined without data. */
const breaches = (alarm: AlarmDefinition, points: readonly Datapoint[], startMs: number): boolean | undefined => {
  const endMs = startMs + alarm.periodMs;
  const values = points.filter(({ atMs }) => atMs >= startMs && atMs < endMs).map(({ value }) => value);
  if (values.length === 0) return undefined;
  return COMPARISONS[alarm.comparison](STATISTICS[alarm.statistic](values), alarm.threshold);
};

/**
 * The state of an alarm after the last whole period, with what it says of missing data.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export const alarmState = (alarm: AlarmDefinition, points: readonly Datapoint[], now: Date): AlarmState => {
  const lastEnd = Math.floor(now.getTime() / alarm.periodMs) * alarm.periodMs;
  const periods = Array.from({ length: alarm.evaluationPeriods }, (_, back) =>
    breaches(alarm, points, lastEnd - (back + 1) * alarm.periodMs),
  );
  if (alarm.missingData === 'missing' && periods.every((period) => period === undefined)) return 'INSUFFICIENT_DATA';
  const missing = alarm.missingData === 'breaching';
  const bad = periods.filter((period) => period ?? missing).length;
  return bad >= alarm.datapointsToAlarm ? 'ALARM' : 'OK';
};
