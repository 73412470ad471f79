import { z } from 'zod';
import { type ResolvedStack, resourcesOf } from './resolved-stack.ts';

const dimensionSchema = z.object({ Name: z.string(), Value: z.string() });

const alarmSchema = z.object({
  AlarmName: z.string(),
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(dimensionSchema).default([]),
  Statistic: z.enum(['Sum', 'Maximum', 'Minimum', 'SampleCount']).optional(),
  Period: z.coerce.number().optional(),
  EvaluationPeriods: z.coerce.number(),
  DatapointsToAlarm: z.coerce.number().optional(),
  Threshold: z.coerce.number(),
  ComparisonOperator: z.enum([
    'GreaterThanOrEqualToThreshold',
    'GreaterThanThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ]),
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'missing', 'ignore']).default('missing'),
});

/** An alarm on one metric. */
export type AlarmDefinition = {
  readonly name: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: NonNullable<z.output<typeof alarmSchema>['Statistic']>;
  readonly periodMs: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: z.output<typeof alarmSchema>['ComparisonOperator'];
  readonly missingData: z.output<typeof alarmSchema>['TreatMissingData'];
};

/** The alarms of the template, but for those on expressions over several metrics. */
export const readAlarms = (stack: ResolvedStack): readonly AlarmDefinition[] =>
  resourcesOf(stack, ['AWS::CloudWatch::Alarm'], alarmSchema).flatMap(({ parsed }) => {
    const { Namespace, MetricName, Statistic, Period } = parsed;
    if (Namespace === undefined || MetricName === undefined || Statistic === undefined || Period === undefined)
      return [];
    return [
      {
        name: parsed.AlarmName,
        namespace: Namespace,
        metricName: MetricName,
        dimensions: Object.fromEntries(parsed.Dimensions.map(({ Name, Value }) => [Name, Value])),
        statistic: Statistic,
        periodMs: Period * 1_000,
        evaluationPeriods: parsed.EvaluationPeriods,
        datapointsToAlarm: parsed.DatapointsToAlarm ?? parsed.EvaluationPeriods,
        threshold: parsed.Threshold,
        comparison: parsed.ComparisonOperator,
        missingData: parsed.TreatMissingData,
      },
    ];
  });
