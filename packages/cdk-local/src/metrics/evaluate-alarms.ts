import type { AlarmDefinition } from '../template/read-alarms.ts';
import type { QueueDefinition } from '../template/read-queues.ts';
import { alarmState } from './alarm-state.ts';
import type { Metrics } from './metrics.ts';
import { sampleQueues } from './queue-metrics.ts';

export type EvaluateDeps = {
  readonly alarms: readonly AlarmDefinition[];
  readonly queues: readonly QueueDefinition[];
  readonly sqsUrl: string;
  readonly metrics: Metrics;
  now(): Date;
};

/** Samples what is not counted as it happens, and evaluates each alarm: its state by its name. */
export const evaluateAlarms = async (deps: EvaluateDeps): Promise<Readonly<Record<string, string>>> => {
  const { alarms, queues, metrics, now } = deps;
  await sampleQueues(queues, deps);
  const states = alarms.map((alarm) => {
    const { namespace, metricName: name, dimensions } = alarm;
    return [alarm.name, alarmState(alarm, metrics.datapoints({ namespace, name, dimensions }), now())] as const;
  });
  return Object.fromEntries(states);
};
