import * as z from 'zod/mini';

/** A change of a CloudWatch alarm to ALARM or OK. */
export const alarmChangeSchema = z.object({
  /** The alarm's identity. */
  arn: z.string(),
  state: z.enum(['ALARM', 'OK']),
  /** Whether CloudWatch says that the state before was ALARM. */
  was_alarm: z.boolean(),
  /** ISO 8601. */
  changed_at: z.string(),
});

export type AlarmChange = z.infer<typeof alarmChangeSchema>;
