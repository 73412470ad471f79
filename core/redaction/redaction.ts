import { hideWebhookUrls } from '../channels/webhook-address.ts';
import { cutMiddle } from '../platform/text/cut-middle.ts';
import { isPlaceholder, isSentence } from './harmless-values.ts';
import { redactNamed } from './named-secrets.ts';
import { FORMATS, REDACTED } from './secret-formats.ts';
import { kindOfField } from './secret-names.ts';

/** Longer texts are cut in the middle before they are searched. No reader sees that much. */
export const MOST_READ = 200_000;

/** Bounds the recursion. */
const MAX_DEPTH = 20;

type Fields = Readonly<Record<string, unknown>>;

/** Redacts secrets in texts that are logged, stored, sent, or shown. */
export type Redaction = {
  readonly redact: (text: string) => string;
  /** Redacts the texts and field names of a JSON object, and the whole value of a field that is named like a secret. */
  readonly redactValue: (value: Fields) => Fields;
};

/** Field names that say that their neighbour `value` is named elsewhere: `{ "name": "DB_PASSWORD", "value": … }`. */
const NAMING = ['name', 'key', 'field', 'header', 'Name', 'Key'];

const namedBy = (entries: readonly (readonly [string, unknown])[]): string =>
  String(entries.find(([field, value]) => NAMING.includes(field) && typeof value === 'string')?.[1] ?? '');

const isSecretField = (field: string, value: unknown): boolean => {
  const kind = kindOfField(field);
  if (kind === null || value === null || typeof value === 'boolean') return false;
  if (typeof value !== 'string') return kind !== 'weak';
  if (value === '' || isPlaceholder(value.slice(0, 256)) || isSentence(value.slice(0, 256))) return false;
  return kind !== 'weak' || !/^(?:code|key|pass)$/i.test(field);
};

/** `['--password', 'hunter2']`, `['X-Api-Key', '…']`. */
const isNamedByNeighbour = (before: unknown, entry: unknown): boolean => {
  if (typeof before !== 'string' || typeof entry !== 'string' || kindOfField(before) === null) return false;
  const pair = `${JSON.stringify(before)}, ${JSON.stringify(entry)}`;
  return redactNamed(pair) !== pair;
};

const redactInside = (redact: Redaction['redact'], value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (!Array.isArray(value)) return redactFields(redact, value, depth);
  return value.map((entry, position) =>
    isNamedByNeighbour(value[position - 1], entry) ? REDACTED : redactInside(redact, entry, depth + 1),
  );
};

const redactFields = (redact: Redaction['redact'], value: object, depth: number): Fields => {
  const entries = Object.entries(value);
  const named = namedBy(entries);
  return Object.fromEntries(
    entries.map(([field, entry]) => [
      redact(field),
      isSecretField(/^value$/i.test(field) ? named : field, entry) ? REDACTED : redactInside(redact, entry, depth + 1),
    ]),
  );
};

/** `webhookHosts`: hosts that ops adds, as the allow-list writes them (`hooks.example.org`, `*.example.net`). */
export const makeRedaction = (webhookHosts: readonly string[]): Redaction => {
  const redact = (text: string): string => {
    const read = cutMiddle(text, (candidate) => candidate.length <= MOST_READ);
    const formats = FORMATS.reduce(
      (cleaned, { pattern, replacement }) => cleaned.replace(pattern, replacement),
      hideWebhookUrls(read, webhookHosts),
    );
    return redactNamed(formats);
  };
  return { redact, redactValue: (value) => redactFields(redact, value, 0) };
};

/** Where no stage says which hosts it adds. */
export const builtInRedaction: Redaction = makeRedaction([]);
