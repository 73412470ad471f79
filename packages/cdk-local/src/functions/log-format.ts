/**
 * What Lambda's Node.js runtime writes for a call of the console. Read in `src/LogPatch.js` of
 * github.com/aws/aws-lambda-nodejs-runtime-interface-client (da5777a).
 */
import { formatWithOptions } from 'node:util';
import type { InvokeResult } from '../lambda.ts';

export type LogFormat = 'JSON' | 'Text';

export type LogFrame = {
  /** ISO 8601. */
  readonly timestamp: string;
  readonly level: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** None before the first invocation. */
  readonly requestId: string | undefined;
};

const errorFields = (error: Error) => ({
  errorType: error.constructor.name,
  errorMessage: error.message,
  stackTrace: error.stack?.split('\n') ?? [],
});

const withErrors = (_key: string, value: unknown): unknown =>
  value instanceof Error ? { ...errorFields(value), ...value } : value;

const textOf = (parts: readonly unknown[]): string => formatWithOptions({ colors: false }, ...parts);

/** One value stays what it is under `message`, if JSON can hold it; several become a text, beside the first error's fields. */
const jsonLine = (frame: LogFrame, parts: readonly unknown[]): string => {
  if (parts.length !== 1) {
    const error = parts.find((part) => part instanceof Error);
    return JSON.stringify({ ...frame, message: textOf(parts), ...(error && errorFields(error)) });
  }
  try {
    return JSON.stringify({ ...frame, message: parts[0] }, withErrors);
  } catch {
    return JSON.stringify({ ...frame, message: textOf(parts) });
  }
};

/** The line of a call of the console, without its end. */
export const consoleLine = (format: LogFormat, frame: LogFrame, parts: readonly unknown[]): string =>
  format === 'JSON' ? jsonLine(frame, parts) : `${frame.timestamp}\t${frame.level}\t${textOf(parts)}`;

const statusOf = (result: InvokeResult): string => {
  if (result.kind === 'ok') return 'success';
  if (result.errorType === 'Sandbox.Timedout') return 'timeout';
  return result.errorType.startsWith('Runtime.') ? 'failure' : 'error';
};

/**
 * What Lambda itself writes when an invocation has ended.
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report
 */
export const reportLine = (
  format: LogFormat,
  report: {
    readonly requestId: string;
    readonly time: string;
    readonly durationMs: number;
    readonly result: InvokeResult;
  },
): string => {
  const { requestId, time, durationMs, result } = report;
  const record = { requestId, metrics: { durationMs }, status: statusOf(result) };
  return format === 'JSON'
    ? JSON.stringify({ time, type: 'platform.report', record })
    : `REPORT ${record.status} ${durationMs} ms`;
};
