/**
 * Teams reads a subset of CommonMark in TextBlock, Fact.title and Fact.value ("Format cards in Teams", learn.microsoft.com):
 * emphasis, links and lists; what it makes of the rest differs between clients. So all of CommonMark's marks are escaped, by
 * the backslash that CommonMark gives for it.
 */

/** Marks that count anywhere in a line. */
const INLINE = /[\\`*_[\]<~|]/g;

/** Headings, quotes, lists and rules begin a line. */
const AT_LINE_START = /^([ \t]*)([#>+=-])/gm;
const NUMBERED = /^([ \t]*\d{1,9})([.)])/gm;

/** Addresses that clients make links of by themselves; broken up they stay text, and read the same. */
const BARE_LINK = /\/(?=\/)|\bwww(?=\.)|\bmailto(?=:)/gi;

/** `{{DATE(…)}}` is a function of Adaptive Cards, `${…}` of their templates. */
const BRACES = /([{$])\{/g;

/** `&lt;` would be shown as what it stands for. */
const ENTITY = /&(?=#?\w+;)/g;

/**
 * `<at>name</at>` mentions somebody: with another bracket it can't, even where a backslash is not understood. One class
 * for blanks and slash: two repetitions side by side would take time by the square of the blanks.
 */
const MENTION = /<(?=[\s/]*at\b)/gi;

/** Four blanks would begin a code block, in which the backslashes show. */
const INDENT = /^[ \t]+/gm;
const NO_BREAK_SPACE = '\u00a0';

/** Foreign text for a Markdown field of a card: nothing in it formats, links or mentions; lines stay lines. */
export const escapeTeamsMarkdown = (text: string): string =>
  text
    .replace(MENTION, '‹')
    .replace(INLINE, '\\$&')
    .replace(ENTITY, '&amp;')
    .replace(AT_LINE_START, '$1\\$2')
    .replace(NUMBERED, '$1\\$2')
    .replace(BRACES, '$1\\{')
    .replace(BARE_LINK, (found) => (found === '/' ? '\\/' : `${found}\\`))
    .replace(INDENT, (blanks) => NO_BREAK_SPACE.repeat(blanks.length))
    // A single line break is a blank in CommonMark; a blank line between two lines keeps them apart.
    .replaceAll('\n', '\n\n');
