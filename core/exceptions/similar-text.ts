/** Replaces a number, id, address, hash or time. */
const MARK = '#';

const BEFORE = String.raw`(?<![\p{L}\p{N}_])`;
const AFTER = String.raw`(?![\p{L}\p{N}_])`;
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}';
const UNIT = '(?:[mnuµ]?s|min|h|d|[KMGTk]?i?B|[KMGk]|px|x|st|nd|rd|th)';

/**
 * The parts of a text, in the order of matching. Each pattern takes linear time: it begins at a word boundary, repeats a
 * bounded number of times, or can match a text in one way only.
 */
const PARTS = {
  quoted: String.raw`"[^"\n]*"|\x60[^\x60\n]*\x60|(?<![\p{L}\p{N}])'[^'\n]*'(?![\p{L}\p{N}])`,
  time: String.raw`${BEFORE}(?:\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+\-]\d{2}:?\d{2})?)?|(?:${DAY},? )?(?:${MONTH}[ \/\-]\d{1,2}|\d{1,2}[ \/\-]${MONTH}))${AFTER}`,
  email: String.raw`(?<![\p{L}\p{N}._%+\-])[\w.%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}${AFTER}`,
  ipv6: String.raw`(?<![\p{L}\p{N}_:])(?=[:A-Fa-f]{0,40}\d)(?=[0-9:]{0,40}(?:[A-Fa-f]|::))(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:\.\d{1,3}){0,3}(?![\p{L}\p{N}_:])`,
  uuid: `${BEFORE}[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}${AFTER}`,
  /** With its sign, decimals and exponent; a time of day, a version and an IPv4 address with its port, too. */
  number: String.raw`${BEFORE}[+\-]?\d+(?:[.,:]\d+)*(?:[eE][+\-]?\d{1,4})?(?=${UNIT}?${AFTER})`,
  run: String.raw`[\p{L}\p{M}\p{N}_\-]+`,
} as const;

const ANY_PART = new RegExp(
  Object.entries(PARTS)
    .map(([name, pattern]) => `(?<${name}>${pattern})`)
    .join('|'),
  'gu',
);

/** Names of codes, also as the last word of a longer name: `http_status`, `exitCode`. */
const CODE_NAME =
  '(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?:[Ss]tatus|STATUS|[Cc]ode|CODE|[Ee]rrno|ERRNO|[Ee]xit|[Ss]ignal|[Ss]ql[Ss]tate|SQLSTATE)';

/** Words before which a number is a code, and that number. They are looked for in the characters just before it. */
const CODES: readonly { readonly before: RegExp; readonly code: RegExp }[] = [
  {
    before: new RegExp(String.raw`${CODE_NAME}["']?[\s:=([#_-]{0,3}$`),
    code: /^(?:-?\d{1,10}|0x[0-9a-f]{1,8})$/i,
  },
  { before: /(?<![A-Za-z])err(?:or)?[\s=([#_-]{1,2}$/i, code: /^-?\d{1,10}$/ },
  { before: /(?<![A-Za-z])https?(?:\/\d(?:\.\d)?)?[\s([_-]{1,2}$/i, code: /^[1-5]\d\d$/ },
  {
    before:
      /(?<![A-Za-z])(?:https?|err(?:or)?|returned|responded|response|answered|got|received|with|failed)[\s:([]{1,3}$/i,
    code: /^[45]\d\d$/,
  },
];

/** A code that is known by itself: `ORA-00942`. */
const CODE_BY_ITSELF = /^[A-Z]{2,5}-\d{3,5}$/;

const CODE_REACH = 40;

const isCode = (text: string, offset: number, part: string): boolean => {
  const before = text.slice(Math.max(0, offset - CODE_REACH), offset);
  return CODES.some((known) => known.code.test(part) && known.before.test(before));
};

/** How often a text changes between letters and digits: rarely in names, often in ids. */
const changes = (text: string): number => text.match(/\d(?=\p{L})|\p{L}(?=\d)/gu)?.length ?? 0;

const isId = (text: string, atLeast: number): boolean =>
  text.length >= 12 && changes(text) >= Math.max(atLeast, text.length / 6);

const HEX = /^(?:0x[0-9a-f]+|(?=[a-f]{0,64}\d)[0-9a-f]{7,})$/i;
const WHOLE_NUMBER = new RegExp(`^\\d+(?=${UNIT}?$)`, 'u');

/** Digits that follow letters belong to a name, as in `utf8` or `column2`, unless they look like an id or a hash. */
const maskSegment = (text: string, offset: number, segment: string): string => {
  if (isCode(text, offset, segment)) return segment;
  return HEX.test(segment) || isId(segment, 3) ? MARK : segment.replace(WHOLE_NUMBER, MARK);
};

const maskRun = (text: string, offset: number, run: string): string => {
  if (!/\d/.test(run) || CODE_BY_ITSELF.test(run)) return run;
  if (isId(run, 5)) return MARK;
  return run.replace(/[^_-]+/g, (segment: string, at: number) => maskSegment(text, offset + at, segment));
};

type Groups = Readonly<Partial<Record<keyof typeof PARTS, string>>>;

const maskPart = (text: string, offset: number, { quoted, number, run }: Groups): string => {
  if (quoted !== undefined) return quoted;
  if (number !== undefined) return isCode(text, offset, number) ? number : MARK;
  return run === undefined ? MARK : maskRun(text, offset, run);
};

/**
 * A text with a placeholder for the parts that vary between similar exceptions: numbers, ids, addresses, hashes and times.
 * Status and error codes stay, as `HTTP 404` and `HTTP 500` are different errors, and so do quoted names of columns, files or
 * fields. Takes time in proportion to the length of the text.
 */
export const similarText = (text: string): string => {
  let result = '';
  let end = 0;
  for (const { 0: part, index, groups = {} } of text.matchAll(ANY_PART)) {
    result += text.slice(end, index) + maskPart(text, index, groups);
    end = index + part.length;
  }
  return result + text.slice(end);
};

const CODE_FIELD = new RegExp(`${CODE_NAME}$`);
const CODE_VALUE = /^[\w.-]{1,16}$/;

/** `similarText` for a value in an exception's arguments. `field` is the name of its field. */
export const similarValue = (value: unknown, field: string): unknown => {
  const isCodeField = CODE_FIELD.test(field);
  if (typeof value === 'number') return isCodeField ? value : MARK;
  if (typeof value !== 'string') return value;
  return isCodeField && CODE_VALUE.test(value) ? value : similarText(value);
};
