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

/** What becomes of a message on the topic: an alarm that goes off is an exception, and so is what is no alarm message. */
const reportOf = (text: string, messageId: string): ExceptionReport | null => {
  try {
    return alarmReport(alarmMessageSchema.parse(JSON.parse(text)));
  } catch (error) {
    return malformed(messageId, error);
  }
};

/** Turns CloudWatch alarms that reach the stack's topic into exception notifications. */
export const alarms =
  ({ capture, log }: AlarmDeps) =>
  async (event: SNSEvent): Promise<void> => {
    for (const { Sns } of event.Records) {
      const report = reportOf(Sns.Message, Sns.MessageId);
      log.info('An alarm message came', { message_id: Sns.MessageId, notified: report !== null });
      if (report !== null) await capture(report);
    }
  };
