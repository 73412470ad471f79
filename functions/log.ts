/** Structured lines for CloudWatch Logs: ids and outcomes, never an address, a URL or a body. */
export type Log = {
  info(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
};

type Fields = Readonly<Record<string, unknown>>;

const plain = (value: unknown): unknown =>
  value instanceof Error ? { class: value.name, message: value.message, trace: value.stack } : value;

const line = (level: string, message: string, fields: Fields): string => {
  const entries = Object.entries(fields).map(([name, value]) => [name, plain(value)]);
  return JSON.stringify({ level, message, ...Object.fromEntries(entries) });
};

/** A log that writes one JSON text a line, each with the `base` fields. */
export const createLog = (write: (text: string) => void, base: Fields = {}): Log => ({
  info: (message, fields = {}) => write(line('info', message, { ...base, ...fields })),
  error: (message, fields = {}) => write(line('error', message, { ...base, ...fields })),
});
