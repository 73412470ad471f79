/**
 * Prepares text from products, users and exceptions for display. Escaping for a channel's markup comes after, in the channel.
 */

const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/g;

/** Joiners and variation selectors in emoji, and joiners between letters of scripts that use them. */
const LEGITIMATE =
  /(?<=\p{Emoji}\p{EMod}?\uFE0F?)\u200D(?=\p{ExtPict})|(?<=\p{Emoji})[\uFE0E\uFE0F]|(?<=[[\p{L}\p{M}]--[\p{scx=Latn}\p{scx=Cyrl}\p{scx=Grek}]])[\u200C\u200D](?=[[\p{L}\p{M}]--[\p{scx=Latn}\p{scx=Cyrl}\p{scx=Grek}]])/v;

/** Controls except tab and newline, and invisible characters: zero-width, bidi, tags, fillers. */
const INVISIBLE = /[[\p{Cc}\p{DI}\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069\uFFF9-\uFFFB]--[\n\t]]/v;

const EITHER = new RegExp(`(${LEGITIMATE.source})|(${INVISIBLE.source})\\2*`, 'gv');

const name = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const reveal = (run: string, legitimate: string | undefined, invisible: string | undefined): string => {
  if (legitimate !== undefined || invisible === undefined) return run;
  const times = run.length / invisible.length;
  return times === 1 ? `[${name(invisible)}]` : `[${name(invisible)} ×${times}]`;
};

/**
 * Text for display: line breaks are `\n`, and characters that hide or reverse text are spelled out, as `[U+202E]`, so that no
 * reader sees a false name.
 */
export const plainText = (foreign: string): string =>
  foreign.toWellFormed().replace(LINE_BREAKS, '\n').replace(EITHER, reveal);

/** Text for display on one line. */
export const oneLine = (foreign: string): string => plainText(foreign).replace(/\s+/g, ' ').trim();

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Stacked accents can make a grapheme any length. In longer ones only surrogate pairs stay whole. */
const LONGEST_GRAPHEME = 64;

const cutPosition = (text: string, length: number): number => {
  const start = graphemes.segment(text).containing(length)?.index ?? length;
  if (length - start <= LONGEST_GRAPHEME) return start;
  return (text.codePointAt(length - 1) ?? 0) > 0xffff ? length - 1 : length;
};

/** The largest n up to `most` that fits, or 0. */
const largest = (most: number, fits: (n: number) => boolean): number => {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** Cuts text between graphemes and adds an ellipsis, so that it fits. */
export const cutToFit = (text: string, fits: (candidate: string) => boolean): string => {
  if (fits(text)) return text;
  const prefix = (length: number) => `${text.slice(0, cutPosition(text, length)).trimEnd()}…`;
  return prefix(largest(text.length - 1, (length) => fits(prefix(length))));
};

/** Cuts text to a length in UTF-16 units. */
export const cut = (text: string, maxLength: number): string => {
  // Text after the longest possible prefix doesn't matter. This keeps the search fast for long texts.
  const head = text.length > maxLength ? text.slice(0, maxLength + LONGEST_GRAPHEME) : text;
  return cutToFit(head, (candidate) => candidate.length <= maxLength);
};

/** Length of the end that stays when the middle is cut: enough for `changed from passed to failed`. */
const KEPT_END = 60;

/** Cuts text in the middle until it fits. The end stays, so that a long name is cut and not the event. */
export const cutMiddleToFit = (text: string, fits: (candidate: string) => boolean): string => {
  if (fits(text)) return text;
  const start = cutPosition(text, Math.max(0, text.length - KEPT_END));
  const end = text.slice(start);
  if (!fits(`…${end}`)) return cutToFit(text, fits);
  return cutToFit(text.slice(0, start), (candidate) => fits(`${candidate}${end}`)) + end;
};

/** Cuts text in the middle to a length in UTF-16 units. */
export const cutMiddle = (text: string, maxLength: number): string => {
  // As in `cut`, text between the longest head and the end doesn't matter.
  const spare = maxLength + LONGEST_GRAPHEME;
  const short = text.length > 2 * spare ? `${text.slice(0, spare)}${text.slice(-spare)}` : text;
  return cutMiddleToFit(short, (candidate) => candidate.length <= maxLength);
};

/**
 * Cuts a trace in the middle, at line ends, and adds how much was left out. Some languages print the important lines first,
 * others last. A trace of few long lines is cut as text.
 */
export const cutTrace = (trace: string, fits: (candidate: string) => boolean): string => {
  if (fits(trace)) return trace;
  const lines = trace.split('\n');
  const around = (lineCount: number) => {
    const head = lines.slice(0, Math.ceil(lineCount / 2));
    const tail = lines.slice(lines.length - Math.floor(lineCount / 2));
    return [...head, `… ${lines.length - lineCount} lines left out …`, ...tail].join('\n');
  };
  const lineCount = largest(lines.length - 1, (count) => fits(around(count)));
  return lineCount < 2 ? cutToFit(trace, fits) : around(lineCount);
};
