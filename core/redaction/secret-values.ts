/** Where the values of secrets begin and end in a text. All patterns are sticky, and read what they pass once. */

/** A quote, escaped as often as it likes: in JSON, in JSON within JSON, in HTML, in a URL. */
export const QUOTE = String.raw`(?:\\{0,8}["'\x60]|&quot;|&apos;|&#(?:34|39|x2[27]);|%2[27]|\\{1,4}u002[27])`;

/** What a sticky pattern finds at a position, or the empty string. */
export const at = (pattern: RegExp, text: string, position: number): string => {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0] ?? '';
};

/** A value without quotes: marks belong to it where something follows that is not the next pair. */
const RUN = String.raw`(?:[^\s"'\x60,;&<>()[\]{}\\]|[,;](?![\s"'\x60\\]|$|[\w.%-]{1,40}[=:])|&(?!$|[\s"']|quot;|apos;|[lg]t;|#\d|[\w.%-]{1,40}=)|["'\x60](?=\w)|[()[\]{}](?=[\w$!@#%^*+/])|<(?![/!A-Za-z])|>(?=\w)|\\(?!["'\x60nrtu]))`;
const VALUE = new RegExp(`${RUN}{1,256}`, 'y');
const REST_OF_VALUE = new RegExp(`${RUN}*`, 'y');
export const OPEN = new RegExp(QUOTE, 'y');
export type Value = { readonly start: number; readonly end: number; readonly text: string; readonly isQuoted: boolean };

/** A password is rarely longer; what is, ends with its line or here. */
const LONGEST_QUOTED = 4_000;

/** Where a text in quotes ends: before the same quote, as often escaped; without one at the end of the line. */
export const quotedEnd = (text: string, start: number, quote: string): number => {
  const window = text.slice(start, start + LONGEST_QUOTED);
  const escapes = /^\\*/.exec(quote)?.[0].length ?? 0;
  const mark = quote.slice(escapes);
  const line = /[\r\n]/.exec(window)?.index ?? window.length;
  for (let found = window.indexOf(mark); found >= 0; found = window.indexOf(mark, found + mark.length)) {
    let slashes = 0;
    while (window.charAt(found - 1 - slashes) === '\\') slashes += 1;
    const closes = escapes === 0 ? slashes % 2 === 0 : slashes === escapes;
    if (closes) return window.slice(0, found).split('\n', 6).length < 6 ? start + found - escapes : start + line;
  }
  return start + line;
};

/** The value at a position. Its text is cut after 256 characters: what it is shows by then. */
export const valueAt = (text: string, position: number): Value => {
  const quote = at(OPEN, text, position);
  if (quote !== '') {
    const start = position + quote.length;
    const end = quotedEnd(text, start, quote);
    return { start, end, text: text.slice(start, Math.min(end, start + 256)), isQuoted: true };
  }
  const head = at(VALUE, text, position);
  const end = position + head.length;
  return { start: position, end, text: head, isQuoted: false };
};

/** Where a value without quotes ends that was read to `end`. */
export const runEnd = (text: string, end: number): number => end + at(REST_OF_VALUE, text, end).length;

/** The rest of a header: over lines that are folded, to the quote or bracket around it; `name="value"` is a part of it. */
const PART_OF_LINE = String.raw`(?:=\s?\\?"[^"\r\n]{0,300}"|[^"'\r\n\]}\\]|\\(?![nr"'])|\r?\n[ \t]{1,8}(?=[\w+/=.-]{4,80}\s{0,2}(?:[\r\n]|$)))`;
export const LINE = new RegExp(`${PART_OF_LINE}{0,256}`, 'y');
export const REST_OF_LINE = new RegExp(`${PART_OF_LINE}*`, 'y');
export const CREDENTIALS = /(?:[\w.~+/=%:!$*-]|\\(?=\/)){0,256}/y;
export const REST_OF_CREDENTIALS = /(?:[\w.~+/=%:!$*-]|\\(?=\/))*/y;
