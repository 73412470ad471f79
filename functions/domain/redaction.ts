/** What stands where a secret stood. */
const REDACTED = '[redacted]';

type Rule = { readonly what: string; readonly pattern: RegExp; readonly by: string };

/** Names under which secrets are kept; a longer name that ends in one of them counts too (`db_password`). */
const SECRET_NAME =
  '(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|secret[_-]?key|private[_-]?key|signature|sig|credentials?|authorization|cookie|session[_-]?id)';

const QUOTED = String.raw`"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?`;

/**
 * Forms of secrets, in the order in which they are blacked out: what holds others comes first. Every pattern is linear:
 * none repeats a part that can match the same text in two ways.
 */
const RULES: readonly Rule[] = [
  {
    what: 'private key block',
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
    by: `${REDACTED} (private key)`,
  },
  {
    what: 'webhook URL',
    pattern:
      /(https?:\/\/(?:hooks\.slack(?:-gov)?\.com|(?:[\w-]{1,63}\.){1,8}(?:api\.powerplatform\.com|api\.powerautomate\.com|flow\.microsoft\.com|logic\.azure\.com|webhook\.office\.com))(?::\d{1,5})?)\/[^\s"'<>\\]*/gi,
    by: `$1/${REDACTED}`,
  },
  {
    what: 'credentials in a URL',
    pattern: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@"'<>]{1,1000}@/gi,
    by: `$1${REDACTED}@`,
  },
  {
    what: 'authorization header',
    pattern:
      /\b(authorization["']?\s{0,5}[:=]\s{0,5}["']?)(?:(bearer|basic|digest|negotiate|aws4-hmac-sha256)\s{1,5})?[^"'\r\n]{1,8000}/gi,
    by: `$1$2 ${REDACTED}`,
  },
  {
    what: 'bearer or basic credentials',
    pattern: /\b(bearer|basic)\s{1,5}[A-Za-z0-9._~+/=-]{6,}/gi,
    by: `$1 ${REDACTED}`,
  },
  { what: 'JWT', pattern: /\beyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*){0,3}/g, by: REDACTED },
  { what: 'AWS access key', pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g, by: REDACTED },
  {
    what: 'token of a service',
    pattern:
      /\b(?:xox[abeoprs]-[\w-]{8,}|gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk_(?:live|test)_\w{16,})/g,
    by: REDACTED,
  },
  {
    what: 'pair of a secret name and its value',
    pattern: new RegExp(
      String.raw`(?<=^|[^A-Za-z])([\w.-]{0,40}${SECRET_NAME}["']?\s{0,5}(?:=>|[:=])\s{0,5})(?!\[redacted\]|\w+ \[redacted\])(?:${QUOTED}|[^\s"',;&)}\]]+)`,
      'gi',
    ),
    by: `$1${REDACTED}`,
  },
];

/** Blacks out the forms of secrets that are known in a text. */
export const redact = (text: string): string =>
  RULES.reduce((cleaned, { pattern, by }) => cleaned.replace(pattern, by), text);

const SECRET_FIELD = new RegExp(`${SECRET_NAME}$`, 'i');

/** Deeper is no argument any more, and recursion has an end. */
const MAX_DEPTH = 20;

/** Blacks out secrets in a JSON value: in its texts and field names, and whole under a field that is named like a secret. */
export const redactValue = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((entry) => redactValue(entry, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      redact(name),
      SECRET_FIELD.test(name) && entry !== null ? REDACTED : redactValue(entry, depth + 1),
    ]),
  );
};
