import { describe, expect, it } from 'vitest';
import { alarmState } from '../src/metrics/alarm-state.ts';
import { recordEmbedded } from '../src/metrics/embedded-metrics.ts';
import { createMetrics } from '../src/metrics/metrics.ts';
import type { AlarmDefinition } from '../src/template/read-alarms.ts';

const MINUTE = 60_000;
/** At the end of a period of five minutes. */
const NOW = new Date('2026-11-28T12:00:00Z');

const alarm: AlarmDefinition = {
  name: 'errors',
  namespace: 'AWS/Lambda',
  metricName: 'Errors',
  dimensions: {},
  statistic: 'Sum',
  periodMs: 5 * MINUTE,
  evaluationPeriods: 3,
  datapointsToAlarm: 1,
  threshold: 2,
  comparison: 'GreaterThanOrEqualToThreshold',
  missingData: 'notBreaching',
};

/** Values by how many minutes ago they were counted. */
const points = (values: Readonly<Record<number, number>>) =>
  Object.entries(values).map(([ago, value]) => ({ atMs: NOW.getTime() - Number(ago) * MINUTE, value }));

describe('an alarm', () => {
  it('is raised by one bad period of the last ones, and over when that is past', () => {
    expect(alarmState(alarm, points({ 12: 1, 11: 1 }), NOW)).toBe('ALARM');
    expect(alarmState(alarm, points({ 12: 1, 6: 1 }), NOW)).toBe('OK');
    expect(alarmState(alarm, points({ 17: 9 }), NOW)).toBe('OK');
  });

  it('does not look at the period that is not over', () => {
    expect(alarmState(alarm, points({ 0: 9 }), NOW)).toBe('OK');
  });

  it('takes missing data as it says', () => {
    const needsData: AlarmDefinition = {
      ...alarm,
      statistic: 'Minimum',
      threshold: 900,
      datapointsToAlarm: 3,
      missingData: 'breaching',
    };
    expect(alarmState(needsData, [], NOW)).toBe('ALARM');
    expect(alarmState(needsData, points({ 14: 5 }), NOW)).toBe('OK');
    expect(alarmState(needsData, points({ 14: 5_000 }), NOW)).toBe('ALARM');
    expect(alarmState(alarm, [], NOW)).toBe('OK');
    expect(alarmState({ ...alarm, missingData: 'missing' }, [], NOW)).toBe('INSUFFICIENT_DATA');
  });

  it('may compare the other way', () => {
    const few: AlarmDefinition = { ...alarm, threshold: 1, comparison: 'LessThanThreshold' };
    expect(alarmState(few, points({ 1: 0 }), NOW)).toBe('ALARM');
    expect(alarmState(few, points({ 1: 1 }), NOW)).toBe('OK');
  });
});

it('counts what a function prints in the embedded format, and nothing else', () => {
  const metrics = createMetrics(() => NOW);
  const directive = { Namespace: 'App', Dimensions: [['channel']], Metrics: [{ Name: 'Sent' }] };
  const line = JSON.stringify({ _aws: { Timestamp: 0, CloudWatchMetrics: [directive] }, channel: 'slack', Sent: 2 });
  recordEmbedded(metrics, `plain\n${line}\n{"_aws": broken\n`);
  expect(metrics.datapoints({ namespace: 'App', name: 'Sent', dimensions: { channel: 'slack' } })).toEqual([
    { atMs: NOW.getTime(), value: 2 },
  ]);
  expect(metrics.datapoints({ namespace: 'App', name: 'Sent', dimensions: {} })).toEqual([]);
});
