import { builtInRedaction, type Redaction } from './redaction/redaction.ts';

/** Structured log entries for CloudWatch Logs: ids and outcomes, never an address, a URL or a request body. */
export type Log = {
  info(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
};

type Fields = Readonly<Record<string, unknown>>;

const plain = (value: unknown): unknown =>
  value instanceof Error ? { class: value.name, message: value.message, trace: value.stack } : value;

/** A log entry. Passed as an object, as Lambda's JSON format then keeps its fields searchable. */
type LogEntry = Readonly<Record<string, unknown>>;

/**
 * Creates a log that writes one entry per call. Redacts each field, as error texts of other systems may contain secrets.
 * Functions pass the redaction of their stage, which includes its webhook hosts.
 */
export const createLog = (
  write: (entry: LogEntry) => void,
  { redact, redactValue }: Redaction = builtInRedaction,
): Log => {
  const entry = (level: string, message: string, fields: Fields): LogEntry => {
    const plainFields = Object.entries(fields).map(([name, value]) => [name, plain(value)]);
    return { level, message: redact(message), ...redactValue(Object.fromEntries(plainFields)) };
  };
  return {
    info: (message, fields = {}) => write(entry('info', message, fields)),
    error: (message, fields = {}) => write(entry('error', message, fields)),
  };
};
