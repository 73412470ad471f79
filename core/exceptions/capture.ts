import { LOST_EXCEPTION } from '../contract.ts';
import type { Log } from '../log.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { type ExceptionReport, type PreparedException, prepareException } from './model.ts';

/** Records an exception, so that it is notified. Never throws, and takes seconds at most. */
export type Capture = (report: ExceptionReport) => Promise<void>;

export type CaptureDeps = {
  /** The first attempt: a transaction on the table. */
  readonly record: (exception: PreparedException) => Promise<unknown>;
  /** The second attempt, if the table can't be reached: the dispatcher records the exception later. */
  readonly enqueue: (exception: PreparedException) => Promise<unknown>;
  /** Rejects after so many milliseconds. */
  readonly deadline: (ms: number) => Promise<never>;
  readonly redaction: Redaction;
  readonly log: Log;
};

/** Short enough that an API function can still respond with an error after a slow request to the table. */
const ATTEMPT_TIMEOUT_MS = 4_000;

/** Records an exception in the table or, failing that, in the queue or the log, where an alarm finds it. */
export const makeCapture =
  ({ record, enqueue, deadline, redaction, log }: CaptureDeps): Capture =>
  async (report) => {
    const exception = prepareException(report, redaction);
    try {
      await Promise.race([record(exception), deadline(ATTEMPT_TIMEOUT_MS)]);
    } catch (recordError) {
      try {
        await Promise.race([enqueue(exception), deadline(ATTEMPT_TIMEOUT_MS)]);
        log.error('An exception was queued because the table could not be reached', { error: recordError });
      } catch (error) {
        log.error(LOST_EXCEPTION, { exception, record_error: recordError, error });
      }
    }
  };
