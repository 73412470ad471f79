import { builtInRedaction, type Redaction } from './redaction/redaction.ts';

/** Structured lines for CloudWatch Logs: ids and outcomes, never an address, a URL or a body. */
export type Log = {
  info(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
};

type Fields = Readonly<Record<string, unknown>>;

const plain = (value: unknown): unknown =>
  value instanceof Error ? { class: value.name, message: value.message, trace: value.stack } : value;

/** What a line says. It is handed over as an object: Lambda's JSON format keeps it one, so that its fields are searched. */
type LogEntry = Readonly<Record<string, unknown>>;

/**
 * A log that writes one entry a call. What errors and other systems say goes in as it is, so each field is redacted here.
 * The functions pass the redaction of their stage, which knows its webhook hosts.
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
