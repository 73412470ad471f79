import * as z from 'zod/mini';
import type { ExceptionReport } from './model.ts';

/** The exception class of CloudWatch alarms. */
export const ALARM_CLASS = 'CloudWatchAlarm';

/** Whether a text is a time since 1970: of an earlier one no id can be made. */
const isTime = (text: string): boolean => Date.parse(text) >= 0;

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
  StateChangeTime: z.string().check(z.refine(isTime)),
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

const contextLines = (alarm: AlarmMessage): readonly string[] => [
  `State: ${alarm.OldStateValue ?? 'unknown'} → ${alarm.NewStateValue} at ${alarm.StateChangeTime}`,
  ...monitored(alarm),
  `Region: ${alarm.Region ?? regionOf(alarm)}`,
  `Console: ${consoleLink(alarm)}`,
];

/** The texts of an alarm that goes off. The description says what to do; the reason is in the trace. */
const raisedTexts = (alarm: AlarmMessage): Pick<ExceptionReport, 'message' | 'trace'> => ({
  message: alarm.AlarmDescription || `The alarm ${alarm.AlarmName} is in ALARM`,
  trace: [`Reason: ${alarm.NewStateReason}`, ...contextLines(alarm)].join('\n'),
});

const resolvedTexts = (alarm: AlarmMessage): Pick<ExceptionReport, 'message' | 'trace'> => ({
  message: alarm.NewStateReason,
  trace: contextLines(alarm).join('\n'),
});

/**
 * The exception of an alarm that changes to ALARM, or its end where it changes to OK; null for any other state. The ARN is the
 * fingerprint, so that the same alarm stays the same exception, and its end closes the same window.
 */
export const alarmReport = (alarm: AlarmMessage): ExceptionReport | null => {
  const { NewStateValue: state, OldStateValue, AlarmArn: arn, AlarmName, StateChangeTime } = alarm;
  if (state === 'INSUFFICIENT_DATA') return null;
  return {
    origin: 'alarm',
    type: 'exception',
    exception_class: ALARM_CLASS,
    ...(state === 'ALARM' ? raisedTexts(alarm) : resolvedTexts(alarm)),
    function: AlarmName,
    arguments: { region: regionOf(alarm), account: alarm.AWSAccountId ?? null },
    product_id: null,
    user: null,
    fingerprint: arn,
    alarm: { arn, state, was_alarm: OldStateValue === 'ALARM', changed_at: new Date(StateChangeTime).toISOString() },
  };
};
