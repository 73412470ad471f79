import type { SNSEvent } from 'aws-lambda';
import { FUNCTION } from '../../core/contract.ts';
import { alarmMessageSchema, alarmReport } from '../../core/exceptions/alarm.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import type { Log } from '../../core/log.ts';

export type AlarmDeps = {
  readonly capture: (report: ExceptionReport) => Promise<void>;
  readonly log: Log;
};

const malformed = (messageId: string, error: unknown): ExceptionReport =>
  taskFailure(error, { function: FUNCTION.alarms, arguments: { message_id: messageId } });

/** Reports an alarm that goes off or is OK again, and a message that can't be parsed as a failed task. */
const reportOf = (text: string, messageId: string): ExceptionReport | null => {
  try {
    return alarmReport(alarmMessageSchema.parse(JSON.parse(text)));
  } catch (error) {
    return malformed(messageId, error);
  }
};

/** Creates exception notifications of CloudWatch alarms on the stack's topic. */
export const alarms =
  ({ capture, log }: AlarmDeps) =>
  async (event: SNSEvent): Promise<void> => {
    for (const { Sns } of event.Records) {
      const report = reportOf(Sns.Message, Sns.MessageId);
      log.info('Alarm message received', { message_id: Sns.MessageId, notified: report !== null });
      if (report !== null) await capture(report);
    }
  };
