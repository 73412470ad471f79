import { LOST_EXCEPTION } from '../contract.ts';
import type { Log } from '../log.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { type ExceptionReport, type PreparedException, prepareException } from './model.ts';

/** Puts an exception on record to be notified; never throws, and is done within seconds. */
export type Capture = (report: ExceptionReport) => Promise<void>;

export type CaptureDeps = {
  /** The way: a transaction on the table. */
  readonly record: (exception: PreparedException) => Promise<unknown>;
  /** The second way, for when the table can't be reached: the dispatcher records it once it can. */
  readonly enqueue: (exception: PreparedException) => Promise<unknown>;
  /** Rejects after so many milliseconds. */
  readonly deadline: (ms: number) => Promise<never>;
  readonly redaction: Redaction;
  readonly log: Log;
};

/** An API function has answered an error by then, whatever its own request to the table has used up before. */
const ATTEMPT_TIMEOUT_MS = 4_000;

/** Records an exception, or queues it, or leaves it in the log for the alarm that watches for it. */
export const makeCapture =
  ({ record, enqueue, deadline, redaction, log }: CaptureDeps): Capture =>
  async (report) => {
    const exception = prepareException(report, redaction);
    try {
      await Promise.race([record(exception), deadline(ATTEMPT_TIMEOUT_MS)]);
    } catch (recordError) {
      try {
        await Promise.race([enqueue(exception), deadline(ATTEMPT_TIMEOUT_MS)]);
        log.error('An exception was queued, as the table could not be reached', { error: recordError });
      } catch (error) {
        log.error(LOST_EXCEPTION, { exception, record_error: recordError, error });
      }
    }
  };
