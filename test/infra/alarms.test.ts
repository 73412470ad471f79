import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { LOST_EXCEPTION } from '../../core/contract.ts';
import { makeCapture } from '../../core/exceptions/capture.ts';
import { createLog } from '../../core/log.ts';
import { builtInRedaction } from '../../core/redaction/redaction.ts';
import { type Json, SynthesizedStack } from './synthesized-stack.ts';

const alarmSchema = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.json(),
  AlarmActions: z.array(z.json()),
  OKActions: z.array(z.json()).default([]),
  Threshold: z.number(),
  DatapointsToAlarm: z.int(),
  EvaluationPeriods: z.int(),
  ComparisonOperator: z.string(),
  TreatMissingData: z.string(),
  Period: z.int().optional(),
  Statistic: z.string().optional(),
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.json() })).default([]),
  Metrics: z
    .array(
      z.object({
        Expression: z.string().optional(),
        MetricStat: z
          .object({ Metric: z.object({ MetricName: z.string() }), Period: z.int(), Stat: z.string() })
          .optional(),
      }),
    )
    .default([]),
});

const synthesized = new SynthesizedStack();
const alarms = synthesized.all('AWS::CloudWatch::Alarm').map(({ properties }) => {
  const alarm = alarmSchema.parse(properties);
  return { ...alarm, shown: alarm.AlarmName, description: synthesized.text(alarm.AlarmDescription) };
});

const functionNames = synthesized.functions().map(({ name }) => name);

/** What alarms on a metric watch: the value of its dimension. */
const watched = (metricName: string, dimension: string): string[] =>
  alarms
    .filter(({ MetricName }) => MetricName === metricName)
    .flatMap(({ Dimensions }) => Dimensions.filter(({ Name }) => Name === dimension))
    .map(({ Value }) => synthesized.text(Value))
    .toSorted();

const alarmOn = (metricName: string, text: (alarm: (typeof alarms)[number]) => boolean = () => true) => {
  const found = alarms.filter((alarm) => alarm.MetricName === metricName && text(alarm));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} alarms on ${metricName}`);
  return found[0];
};

describe('every function', () => {
  test.each(['Errors', 'Throttles'])('has an alarm on its %s', (metricName) => {
    expect(watched(metricName, 'FunctionName')).toEqual(functionNames.toSorted());
  });

  test('that follows the stream has one on its iterator age, in milliseconds', () => {
    expect(watched('IteratorAge', 'FunctionName')).toEqual(['Triggers/FanOut', 'Triggers/GateTrigger']);
    for (const alarm of alarms.filter(({ MetricName }) => MetricName === 'IteratorAge')) {
      expect(alarm).toMatchObject({ Statistic: 'Maximum', Threshold: 300_000 });
    }
  });
});

test('every queue where something ends has an alarm on its first message', () => {
  const failures = synthesized
    .all('AWS::Lambda::EventInvokeConfig')
    .flatMap(({ properties }) => destinations(properties['DestinationConfig']));
  const deadLetters = synthesized.all('AWS::SQS::Queue').flatMap(({ properties }) => {
    const redrive = z.object({ deadLetterTargetArn: z.json() }).safeParse(properties['RedrivePolicy']);
    return redrive.success ? [synthesized.text(redrive.data.deadLetterTargetArn)] : [];
  });
  const lastStops = [...new Set([...failures, ...deadLetters])].map((arn) => arn.replace(/\.Arn$/, ''));
  expect(lastStops.length).toBe(6);
  expect(watched('ApproximateNumberOfMessagesVisible', 'QueueName').map(withoutAttribute)).toEqual(
    lastStops.toSorted(),
  );
  for (const alarm of alarms.filter(({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible')) {
    expect(alarm).toMatchObject({ Statistic: 'Maximum', Threshold: 1 });
  }
});

function destinations(config: Json | undefined): string[] {
  const parsed = z.object({ OnFailure: z.object({ Destination: z.json() }) }).safeParse(config);
  return parsed.success ? [synthesized.text(parsed.data.OnFailure.Destination)] : [];
}

function withoutAttribute(name: string): string {
  return name.replace(/\.QueueName$/, '');
}

test('the API has one on its answers from 500', () => {
  expect(alarmOn('5xx')).toMatchObject({ Namespace: 'AWS/ApiGateway', Statistic: 'Sum', Threshold: 5 });
  expect(watched('5xx', 'ApiId')).toEqual(['Api/Api']);
});

test.each([
  ['table-read-throttles', 'ReadThrottleEvents', 8],
  ['table-write-throttles', 'WriteThrottleEvents', 8],
  ['table-system-errors', 'SystemErrors', 9],
])('the table has one on %s, summed over its parts', (name, metricName, parts) => {
  const alarm = alarms.find(({ AlarmName }) => AlarmName === `gatebell-test-${name}`);
  const sources = alarm?.Metrics.flatMap(({ MetricStat }) => MetricStat ?? []) ?? [];
  expect(sources.map(({ Metric, Stat, Period }) => [Metric.MetricName, Stat, Period])).toEqual(
    Array.from({ length: parts }, () => [metricName, 'Sum', 300]),
  );
  const sum = Array.from({ length: parts }, (_, part) => `FILL(m${part}, 0)`).join(' + ');
  expect(alarm?.Metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual([sum]);
});

/** Of what runs every five minutes: no data is bad, and the next datapoint ends it. */
const NEEDS_DATA = new Set(['gatebell-test-heartbeat', 'gatebell-test-sweeper-invocations']);

describe('what stops without failing', () => {
  const workQueues = synthesized
    .all('AWS::SQS::Queue')
    .filter(({ properties }) => properties['RedrivePolicy'] !== undefined)
    .map(({ name }) => name)
    .toSorted();

  test.each(['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesNotVisible'])(
    'each work queue has an alarm on its %s',
    (metricName) => {
      expect(watched(metricName, 'QueueName').map(withoutAttribute)).toEqual(workQueues);
    },
  );

  test('the heartbeat and the sweeper have alarms that missing data raises', () => {
    const named = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(new Set(named.map(({ AlarmName }) => AlarmName))).toEqual(NEEDS_DATA);
    expect(alarmOn('HeartbeatAge')).toMatchObject({
      Namespace: 'Gatebell/gatebell-test',
      Statistic: 'Minimum',
      Threshold: 900_000,
    });
    expect(alarmOn('Invocations')).toMatchObject({ Threshold: 1, ComparisonOperator: 'LessThanThreshold' });
  });

  test('those alarms are made after the distribution, by when there is data', () => {
    const [distribution] = synthesized.all('AWS::CloudFront::Distribution');
    const late = synthesized
      .all('AWS::CloudWatch::Alarm')
      .filter((alarm) => synthesized.dependenciesOf(alarm).includes(distribution?.logicalId ?? ''));
    expect(new Set(late.map(({ properties }) => properties['AlarmName']))).toEqual(NEEDS_DATA);
  });
});

describe.each(alarms)('$shown', (alarm) => {
  test('says what does not work and what to do first', () => {
    expect(alarm.description).toMatch(/^\S.{20,}\. First: \S.{20,}\.$/);
    expect(alarm.description.length).toBeLessThan(700);
  });

  test('publishes to the topic when it is raised and when it is over', () => {
    for (const actions of [alarm.AlarmActions, alarm.OKActions])
      expect(actions.map((action) => synthesized.text(action))).toEqual(['AlarmTopic/Topic']);
  });

  test('is raised by one bad period and ended by an hour without', () => {
    const periods = [alarm.Period, ...alarm.Metrics.map(({ MetricStat }) => MetricStat?.Period)];
    expect([...new Set(periods.filter((period) => period !== undefined))]).toEqual([300]);
    if (NEEDS_DATA.has(alarm.AlarmName)) {
      expect(alarm).toMatchObject({ DatapointsToAlarm: 3, EvaluationPeriods: 3, TreatMissingData: 'breaching' });
      return;
    }
    expect(alarm).toMatchObject({ DatapointsToAlarm: 1, EvaluationPeriods: 12, TreatMissingData: 'notBreaching' });
    expect(alarm.ComparisonOperator).toBe('GreaterThanOrEqualToThreshold');
  });
});

test('names differ', () => {
  expect(new Set(alarms.map(({ AlarmName }) => AlarmName)).size).toBe(alarms.length);
});

describe('an exception that could not be recorded', () => {
  const filters = synthesized.all('AWS::Logs::MetricFilter').map(({ properties }) =>
    z
      .object({
        LogGroupName: z.json(),
        FilterPattern: z.string(),
        MetricTransformations: z.tuple([
          z.object({ MetricNamespace: z.string(), MetricName: z.string(), MetricValue: z.literal('1') }),
        ]),
      })
      .parse(properties),
  );

  test('is looked for in the log of every function', () => {
    const groups = filters.map(({ LogGroupName }) => synthesized.text(LogGroupName));
    expect(groups.toSorted()).toEqual(functionNames.map((name) => `${name}Logs`).toSorted());
  });

  test('raises the alarm on the metric that all filters feed', () => {
    const alarm = alarmOn('LostExceptions');
    expect(alarm).toMatchObject({ Statistic: 'Sum', Threshold: 1 });
    for (const { MetricTransformations } of filters) {
      expect(MetricTransformations[0]).toMatchObject({
        MetricNamespace: alarm.Namespace,
        MetricName: alarm.MetricName,
      });
    }
  });

  test('is sent without the text that the metric filters match, which would otherwise match again', () => {
    expect(alarms.filter(({ description }) => description.includes(LOST_EXCEPTION))).toEqual([]);
  });

  test('leaves a line that the filters match, as Lambda writes it in its JSON format', async () => {
    const logged: unknown[] = [];
    const capture = makeCapture({
      redaction: builtInRedaction,
      record: () => Promise.reject(new Error('no table')),
      enqueue: () => Promise.reject(new Error('no queue')),
      deadline: () => new Promise(() => {}),
      log: createLog((entry) => logged.push(entry)),
    });
    await capture({
      origin: 'gatebell',
      type: 'task',
      exception_class: 'Error',
      message: 'boom',
      trace: null,
      function: 'background',
      arguments: null,
      product_id: null,
      user: null,
    });
    // One argument of console.log is the frame's `message`, a string or an object.
    const lines = logged.map((message) => JSON.stringify({ timestamp: '', level: 'INFO', requestId: '', message }));
    for (const { FilterPattern } of filters) {
      const phrase = /^"([\w ]+)"$/.exec(FilterPattern)?.[1] ?? 'no plain phrase';
      expect(lines.filter((line) => line.includes(phrase))).toHaveLength(1);
    }
  });
});
