/**
 * Foreign text made fit to be shown: what a product, a user or an exception brings along. Escaping for a channel's markup
 * comes after, and is the channel's own.
 */

const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/g;

/** Joiners and variation selectors belong to an emoji, and joiners to letters of scripts that shape by them. */
const LEGITIMATE =
  /(?<=\p{Emoji}\p{EMod}?\uFE0F?)\u200D(?=\p{ExtPict})|(?<=\p{Emoji})[\uFE0E\uFE0F]|(?<=[[\p{L}\p{M}]--[\p{scx=Latn}\p{scx=Cyrl}\p{scx=Grek}]])[\u200C\u200D](?=[[\p{L}\p{M}]--[\p{scx=Latn}\p{scx=Cyrl}\p{scx=Grek}]])/v;

/** Controls (but not tab and newline), and all that Unicode shows as nothing: zero-width, bidi, tags, fillers. */
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
 * Text as a reader should see it: line breaks are `\n`, and characters that hide or turn text around are spelled out,
 * `[U+202E]`, so that nobody is shown a name that is not there.
 */
export const plainText = (foreign: string): string =>
  foreign.toWellFormed().replace(LINE_BREAKS, '\n').replace(EITHER, reveal);

/** The same on one line. */
export const oneLine = (foreign: string): string => plainText(foreign).replace(/\s+/g, ' ').trim();

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A grapheme can be as long as who wrote it likes (stacked accents); then only surrogate pairs are kept whole. */
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

/** Cuts text, visibly by an ellipsis and between characters as people count them, until it fits. */
export const cutToFit = (text: string, fits: (candidate: string) => boolean): string => {
  if (fits(text)) return text;
  const prefix = (length: number) => `${text.slice(0, cutPosition(text, length)).trimEnd()}…`;
  return prefix(largest(text.length - 1, (length) => fits(prefix(length))));
};

/** Cuts text to a length in UTF-16 units, which is never less than its characters. */
export const cut = (text: string, maxLength: number): string => {
  // Nothing behind the longest prefix can matter: the search then works on little however long the text.
  const head = text.length > maxLength ? text.slice(0, maxLength + LONGEST_GRAPHEME) : text;
  return cutToFit(head, (candidate) => candidate.length <= maxLength);
};

/** How much of the end stays when a middle is cut out: enough for `changed from passed to failed`. */
const KEPT_END = 60;

/** Cuts text in the middle until it fits, so that what stands at its end stays: a long name goes, not what became of it. */
export const cutMiddleToFit = (text: string, fits: (candidate: string) => boolean): string => {
  if (fits(text)) return text;
  const start = cutPosition(text, Math.max(0, text.length - KEPT_END));
  const end = text.slice(start);
  if (!fits(`…${end}`)) return cutToFit(text, fits);
  return cutToFit(text.slice(0, start), (candidate) => fits(`${candidate}${end}`)) + end;
};

/** The same to a length in UTF-16 units. */
export const cutMiddle = (text: string, maxLength: number): string => {
  // As for `cut`: nothing between the longest head and the end can matter.
  const spare = maxLength + LONGEST_GRAPHEME;
  const short = text.length > 2 * spare ? `${text.slice(0, spare)}${text.slice(-spare)}` : text;
  return cutMiddleToFit(short, (candidate) => candidate.length <= maxLength);
};

/**
 * Cuts a trace in the middle, at line ends, and says how much was left out: some languages put what matters first, others
 * last. A trace whose few lines are too long is cut as text.
 */
export const cutTrace = (trace: string, fits: (candidate: string) => boolean): string => {
  if (fits(trace)) return trace;
  const lines = trace.split('\n');
  const around = (kept: number) => {
    const head = lines.slice(0, Math.ceil(kept / 2));
    const tail = lines.slice(lines.length - Math.floor(kept / 2));
    return [...head, `… ${lines.length - kept} lines left out …`, ...tail].join('\n');
  };
  const kept = largest(lines.length - 1, (count) => fits(around(count)));
  return kept < 2 ? cutToFit(trace, fits) : around(kept);
};
