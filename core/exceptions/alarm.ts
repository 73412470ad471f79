import * as z from 'zod/mini';
import type { ExceptionReport } from './model.ts';

/** The exception class of CloudWatch alarms. */
export const ALARM_CLASS = 'CloudWatchAlarm';

/**
 * The message that CloudWatch publishes when an alarm changes state (CloudWatch user guide, "Notify users on alarm changes"). A
 * composite alarm has an `AlarmRule` and no `Trigger`.
 */
export const alarmMessageSchema = z.object({
  AlarmName: z.string().check(z.minLength(1)),
  AlarmDescription: z.nullish(z.string()),
  AWSAccountId: z.nullish(z.string()),
  NewStateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  OldStateValue: z.nullish(z.string()),
  NewStateReason: z.string(),
  StateChangeTime: z.string(),
  /** The region's display name, such as "EU (Frankfurt)"; the ARN contains the code. */
  Region: z.nullish(z.string()),
  AlarmArn: z.string(),
  AlarmRule: z.nullish(z.string()),
  Trigger: z.nullish(z.looseObject({ MetricName: z.nullish(z.string()), Namespace: z.nullish(z.string()) })),
});

export type AlarmMessage = z.infer<typeof alarmMessageSchema>;

const regionOf = ({ AlarmArn }: AlarmMessage): string => AlarmArn.split(':')[3] ?? '';

const consoleLink = (alarm: AlarmMessage): string => {
  const region = encodeURIComponent(regionOf(alarm));
  const name = encodeURIComponent(alarm.AlarmName);
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${name}`;
};

const monitored = ({ AlarmRule, Trigger }: AlarmMessage): string[] => {
  if (typeof AlarmRule === 'string') return [`Rule: ${AlarmRule}`];
  if (typeof Trigger?.MetricName === 'string') return [`Metric: ${Trigger.Namespace ?? ''} ${Trigger.MetricName}`];
  return [];
};

/**
 * The exception of an alarm that changes to ALARM; null for any other state. The reason contains figures that differ each
 * time. It is in the trace, so that the same alarm stays the same exception.
 */
export const alarmReport = (alarm: AlarmMessage): ExceptionReport | null => {
  if (alarm.NewStateValue !== 'ALARM') return null;
  return {
    origin: 'alarm',
    type: 'exception',
    exception_class: ALARM_CLASS,
    message: alarm.AlarmDescription || `The alarm ${alarm.AlarmName} is in ALARM`,
    trace: [
      `Reason: ${alarm.NewStateReason}`,
      `State: ${alarm.OldStateValue ?? 'unknown'} → ALARM at ${alarm.StateChangeTime}`,
      ...monitored(alarm),
      `Region: ${alarm.Region ?? regionOf(alarm)}`,
      `Console: ${consoleLink(alarm)}`,
    ].join('\n'),
    function: alarm.AlarmName,
    arguments: { region: regionOf(alarm), account: alarm.AWSAccountId ?? null },
    product_id: null,
    user: null,
  };
};
