import { isPlaceholder, isSentence, looksRandom } from './harmless-values.ts';
import { REDACTED } from './secret-formats.ts';
import { nextSecretName, type SecretName } from './secret-names.ts';
import {
  at,
  CREDENTIALS,
  LINE,
  OPEN,
  QUOTE,
  quotedEnd,
  REST_OF_CREDENTIALS,
  REST_OF_LINE,
  runEnd,
  type Value,
  valueAt,
} from './secret-values.ts';

const SIGN = String.raw`(?:=>|->|:=|={1,3}|:(?!:|\/\/)|%(?:25)?3[DdAa]|\\{1,4}u003[dD]|&#(?:61|x3[dD]);)`;

/** Blanks, and a line break where the next line is indented. */
const GAP = String.raw`(?:[ \t]|%20){0,40}(?:[|>][+-]?[ \t]{0,10})?(?:\\?\r?\n[ \t]{1,40})?`;

/** What may open a value before its quote: a list, the letter of a Python string, a type that hides what it holds. */
const OPENER = String.raw`(?:[!&][\w!-]{1,30}[ \t]{1,5})?(?:\[\s{0,20})?(?:string\(\d{1,6}\)\s|[\w.]{0,20}(?:secret|secure|password)\w{0,12}\(\s{0,5}(?=${QUOTE})|[bBuUrRfF]{1,2}(?=["'])|[({]\s{0,5}(?=${QUOTE}))?`;

type Separator = { readonly what: 'pair' | 'element' | 'list' | 'option' | 'words'; readonly pattern: RegExp };

const separator = (what: Separator['what'], pattern: string): Separator => ({
  what,
  pattern: new RegExp(pattern, 'iy'),
});

/** Separators between a name and its value; the first match counts. All are bounded. */
const SEPARATORS: readonly Separator[] = [
  separator(
    'pair',
    String.raw`(?:(?:${QUOTE}?\]|\[\w{0,20}\])(?=\s{0,5}=)|${QUOTE}?[*\x60?!]{0,2})[ \t]{0,40}${SIGN}${GAP}${OPENER}`,
  ),
  separator(
    'pair',
    String.raw`${QUOTE}?[\s,;]{1,40}(?:${QUOTE}?\w{1,20}${QUOTE}?\s?[:=]\s?${QUOTE}?[\w.-]{1,40}${QUOTE}?[\s,;]{1,10})?${QUOTE}?val(?:ue)?${QUOTE}?\s{0,5}[:=]\s{0,5}`,
  ),
  separator('pair', String.raw`${QUOTE}(?:;[^\n]{0,100})?\r?\n(?:[\w-]{1,40}:[^\n]{0,100}\r?\n)?\r?\n`),
  separator('element', String.raw`(?:\s[^<>&]{0,200})?(?:>|&gt;)(?:<!\[CDATA\[)?\s{0,40}`),
  separator('option', String.raw`(?:\s{0,5}\\\r?\n\s{1,20}|\s{1,20}|${QUOTE}\s{0,5},\s{0,20}(?=${QUOTE}))`),
  separator('pair', String.raw`${QUOTE};s:\d{1,6}:`),
  separator('list', String.raw`\(\s{0,3}(?=${QUOTE})`),
  separator('list', String.raw`${QUOTE}\s{0,10},\s{0,20}(?=${QUOTE})`),
  separator('words', String.raw`\s{1,4}(?:(?:is|was|set\sto|of)[:\s]\s{0,4})?`),
];

/** Text required before a name with some separators, within a number of characters. */
const BEFORE: Readonly<Partial<Record<Separator['what'], RegExp>>> = {
  element: /(?:<|&lt;)[\w:.-]{0,40}$/,
  option: /(?:^|[\s"'[=])-{1,2}[\w.-]{0,40}$/,
};
const LOOK_BACK = 50;

const PATH = /^(?:~?\/|[A-Za-z]:\\|\.{1,2}\/)/;
const FILE =
  /\.(?:[cm]?[jt]sx?|py|java|go|rb|cs|php|rs|json|ya?ml|txt|log|env|toml|ini|pem|crt|md|html?)(?::\d{1,6}){0,2}\W?$/;
const IDENTIFIER =
  /^[A-Za-z][A-Za-z_.]*(?:[a-z](?:Password|Secret|Token|Key)|_(?:password|secret|token|key))[,;)]{0,2}$/;
const VERBS =
  /^[A-Za-z'-]+ (?:is|are|was|were|must|should|can|cannot|could|may|has|have|had|not|does|did|do|will|required|missing|invalid|expired|failed)\b/;

const isNone = (value: Value, name: SecretName): boolean => {
  if (value.text.startsWith(REDACTED)) return !/[\p{L}\p{N}]/u.test(value.text.slice(REDACTED.length));
  if (!/[\p{L}\p{N}]/u.test(value.text) || isPlaceholder(value.text)) return true;
  if (FILE.test(value.text) || IDENTIFIER.test(value.text)) return true;
  if (/^pwd/i.test(name.text) && PATH.test(value.text)) return true;
  // An attribute of HTML: the key that focuses an element.
  if (/^accesskey$/i.test(name.text) && value.text.length === 1) return true;
  return value.isQuoted ? isSentence(value.text) : /^\d{1,3}[.,;]?$/.test(value.text);
};

/** Of a name that others use as well: how long its value must be, and after what. */
const isWeakSecret = (text: string, name: SecretName, value: Value): boolean => {
  const isPass = /^pass$/i.test(name.text);
  const isUrlOnly = /^(?:code|key)$/i.test(name.text);
  if (isUrlOnly && !/[?&]$|%3F$|%26$/i.test(text.slice(Math.max(0, name.start - 3), name.start))) return false;
  // `PASS: TestLogin2`: a result of a test.
  if (isPass && !value.isQuoted && /^PASS: /.test(text.slice(name.start, name.start + 6))) return false;
  return looksRandom(value.text, isUrlOnly ? 16 : isPass ? 6 : 8);
};

const isSecret = (text: string, name: SecretName, what: Separator['what'], value: Value): boolean => {
  if (value.text === '' || isNone(value, name)) return false;
  // A call, or `arn:aws:secretsmanager:…:secret:NAME`.
  if (text.charAt(value.end) === '(' && /^[A-Za-z_][\w.]*$/.test(value.text)) return false;
  if (/^:secret:$/i.test(text.slice(name.start - 1, name.end + 1))) return false;
  const isRandom = (strong: number, weak: number) => looksRandom(value.text, name.kind === 'weak' ? weak : strong);
  if (what === 'words')
    return /pass|pw|auth$/i.test(name.text) ? isRandom(6, 16) : /token/i.test(name.text) && isRandom(12, 16);
  if (what === 'list') return isRandom(6, 12);
  if (name.kind === 'weak') return isWeakSecret(text, name, value);
  if (value.isQuoted) return true;
  // A mapping that begins on the next line, or a sentence.
  const isSpaced = /\s/.test(text.charAt(value.start - 1));
  return !(isSpaced && (/:$/.test(value.text) || VERBS.test(text.slice(value.start, value.start + 80))));
};

type Span = { readonly start: number; readonly end: number };

const MORE = new RegExp(String.raw`${QUOTE}\s{0,10},\s{0,20}(?=${QUOTE})`, 'y');

/** The end of a secret; in a list, of the last of them. */
const spanOf = (text: string, { start, end, isQuoted }: Value): Span => {
  if (!isQuoted) return { start, end: runEnd(text, end) };
  if (!/\[\s*["'\\&%u\d;]{1,12}$/.test(text.slice(Math.max(0, start - 20), start))) return { start, end };
  let last = end;
  for (let more = at(MORE, text, last); more !== ''; more = at(MORE, text, last)) {
    last = valueAt(text, last + more.length).end;
  }
  return { start, end: last };
};

const SCHEME =
  /^\s*(?:bearer|basic|digest|negotiate|token|apikey|api-key|sharedkey\w{0,4}|aws4-hmac-sha256|hawk|ssws|signature|key|bot)(?:\s+|%20)/i;

/** A header's value to the end of its line; the scheme before the credentials isn't redacted. */
const headerSpan = (text: string, start: number): Span | null => {
  const quote = at(OPEN, text, start);
  const from = start + quote.length;
  const end = quote === '' ? from + at(LINE, text, from).length : quotedEnd(text, from, quote);
  const scheme = SCHEME.exec(text.slice(from, Math.min(end, from + 60)))?.[0].length ?? 0;
  const value = text.slice(from + scheme, Math.min(end, from + scheme + 256));
  if (isPlaceholder(value.trim()) || isSentence(value) || value.trim() === '') return null;
  return { start: from + scheme, end: quote === '' ? end + at(REST_OF_LINE, text, end).length : end };
};

const isUserAndPassword = (base64: string): boolean =>
  /^[\x20-\x7e\u00a0-\uffff]*:[\x20-\x7e\u00a0-\ufffc]*$/.test(Buffer.from(base64, 'base64').toString('utf8'));

/** `Bearer …` and `Basic …` outside of a header, where the word may also be of a sentence. */
const schemeSpan = (text: string, name: SecretName): Span | null => {
  const gap = /^(?:\s{1,5}|%20|\+)\\{0,4}["']?/.exec(text.slice(name.end, name.end + 10))?.[0] ?? '';
  if (gap === '') return null;
  const start = name.end + gap.length;
  const head = at(CREDENTIALS, text, start);
  const value = head.replace(/[.:]$/, '');
  if (value.length < 4 || isPlaceholder(value) || /^(?:realm|error|scope|charset)=/i.test(value)) return null;
  const isBasic = /^basic$/i.test(name.text);
  const isMeant = isBasic ? isUserAndPassword(value) : name.text === 'Bearer' && value.length >= 8;
  if (!isMeant && !looksRandom(value, isBasic ? 16 : 6)) return null;
  const end = start + head.length;
  return { start, end: end + at(REST_OF_CREDENTIALS, text, end).length };
};

/** The position of the secret that belongs to a name, or null. */
const secretBehind = (text: string, name: SecretName): Span | null => {
  if (name.kind === 'scheme') return schemeSpan(text, name);
  const before = text.slice(Math.max(0, name.start - LOOK_BACK), name.start);
  for (const { what, pattern } of SEPARATORS) {
    if (BEFORE[what]?.test(before) === false) continue;
    const between = at(pattern, text, name.end);
    if (between === '') continue;
    const start = name.end + between.length;
    if (name.kind === 'header' && what !== 'words' && what !== 'option') return headerSpan(text, start);
    const value = valueAt(text, start);
    return isSecret(text, name, what, value) ? spanOf(text, value) : null;
  }
  return null;
};

/** Redacts the values after names of secrets: in pairs of all notations, headers, elements, options, and lists. */
export const redactNamed = (text: string): string => {
  const parts: string[] = [];
  let done = 0;
  let from = 0;
  for (let name = nextSecretName(text, from); name !== null; name = nextSecretName(text, from)) {
    const secret = secretBehind(text, name);
    from = secret?.end ?? name.end;
    if (secret === null) continue;
    parts.push(text.slice(done, secret.start), REDACTED);
    done = secret.end;
  }
  return parts.join('') + text.slice(done);
};
