import * as z from 'zod/mini';
import { cutMiddle } from '../platform/text/cut-middle.ts';
import { oneLine, plainText } from '../platform/text/text.ts';
import { builtInRedaction, MOST_READ, type Redaction } from '../redaction/redaction.ts';
import { type AlarmChange, alarmChangeSchema } from './alarm-change.ts';
import { type ExceptionOrigin, exceptionContent, exceptionContentSchema, exceptionOriginSchema } from './identity.ts';

/** An exception in a request, or in a background task. */
export const exceptionTypeSchema = z.enum(['exception', 'task']);

/** An exception as it was caught or reported. Texts aren't cut or redacted yet. */
export type ExceptionReport = {
  readonly origin: ExceptionOrigin;
  readonly type: z.infer<typeof exceptionTypeSchema>;
  readonly exception_class: string;
  readonly message: string;
  readonly trace: string | null;
  /** The function, task or program in which it occurred. */
  readonly function: string;
  /** The function's arguments: ids, never payloads. */
  readonly arguments: Readonly<Record<string, unknown>> | null;
  /** The affected product. */
  readonly product_id: string | null;
  readonly user: string | null;
  /** The request that it occurred in, or that reported it. */
  readonly request_id?: string | null;
  /** Set by a caller that groups exceptions itself. */
  readonly fingerprint?: string | null | undefined;
  /** For a CloudWatch alarm: what changed. */
  readonly alarm?: AlarmChange;
};

/** An exception that can be stored, shown and sent: cut, and without secrets. */
export const preparedExceptionSchema = z.object({
  origin: exceptionOriginSchema,
  type: exceptionTypeSchema,
  exception_class: z.string(),
  message: z.string(),
  trace: z.nullable(z.string()),
  function: z.string(),
  /** JSON text of an object, cut in the middle if it was too long. */
  arguments: z.nullable(z.string()),
  product_id: z.nullable(z.string()),
  user: z.nullable(z.string()),
  request_id: z._default(z.nullable(z.string()), null),
  alarm: z._default(z.nullable(alarmChangeSchema), null),
  content: exceptionContentSchema,
});

export type PreparedException = z.infer<typeof preparedExceptionSchema>;

/** Longest stored texts in characters, for the trace in bytes of UTF-8 (an item has at most 400 KB). */
const LIMITS = { name: 255, arn: 1_600, message: 4_096, arguments: 4_096, traceBytes: 16_384 } as const;

const within = (longest: number) => (candidate: string) => candidate.length <= longest;

/** Removes secrets from a text and cuts it in the middle. */
type Clean = (text: string, longest: number) => string;

const cleaning =
  ({ redact }: Redaction): Clean =>
  (text, longest) =>
    cutMiddle(redact(plainText(cutMiddle(text, within(MOST_READ)))), within(longest));

const fitsTrace = (candidate: string): boolean => Buffer.byteLength(candidate) <= LIMITS.traceBytes;

/**
 * Redacts secrets, cuts long texts in the middle, and hashes the content by which exceptions are grouped. Functions pass the
 * redaction of their stage, which includes its webhook hosts.
 */
export const prepareException = (
  report: ExceptionReport,
  redaction: Redaction = builtInRedaction,
): PreparedException => {
  const clean = cleaning(redaction);
  const cleanName = (text: string) => oneLine(clean(text, LIMITS.name)) || 'unknown';
  const exceptionClass = cleanName(report.exception_class);
  const functionName = cleanName(report.function);
  const message = clean(report.message, MOST_READ);
  const args = report.arguments === null ? null : redaction.redactValue(report.arguments);
  const text = { exception_class: exceptionClass, message, function: functionName, arguments: args };
  return {
    origin: report.origin,
    type: report.type,
    exception_class: exceptionClass,
    message: cutMiddle(message, within(LIMITS.message)),
    trace: report.trace === null ? null : cutMiddle(clean(report.trace, MOST_READ), fitsTrace),
    function: functionName,
    arguments: args === null ? null : clean(JSON.stringify(args) ?? '{}', LIMITS.arguments),
    product_id: report.product_id,
    user: report.user === null ? null : cleanName(report.user),
    request_id: report.request_id ?? null,
    alarm: report.alarm === undefined ? null : { ...report.alarm, arn: clean(report.alarm.arn, LIMITS.arn) },
    content: exceptionContent({ ...text, fingerprint: report.fingerprint ?? null }),
  };
};

const classOf = (error: Error): string => (error.name === 'Error' ? error.constructor.name : error.name);

/** Class, message and trace of anything that was thrown. The trace has original positions (source maps). */
export const describeError = (error: unknown): Pick<ExceptionReport, 'exception_class' | 'message' | 'trace'> =>
  error instanceof Error
    ? { exception_class: classOf(error), message: error.message, trace: error.stack ?? null }
    : { exception_class: typeof error, message: String(error), trace: null };

/** The report of an unexpected error in a background task. Its `arguments` distinguish failures. */
export const taskFailure = (
  error: unknown,
  report: Pick<ExceptionReport, 'function'> & Partial<Pick<ExceptionReport, 'arguments' | 'product_id'>>,
): ExceptionReport => ({
  ...describeError(error),
  origin: 'gatebell',
  type: 'task',
  arguments: null,
  product_id: null,
  user: null,
  ...report,
});
