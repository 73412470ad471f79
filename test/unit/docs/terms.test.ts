import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const files = (...patterns: readonly string[]) =>
  globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] }).toSorted();

/** Words of this project's past, and what to write instead: documentation and users' texts use the field's terms. */
const INSTEAD: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\b(?:told|tells?)\b/i, 'notified, sends, shows'],
  [/\bwhoever\b/i, 'anyone who, callers that'],
  [/\bnobody\b/i, 'no one, no recipient'],
  [/\bhouses?\b/i, 'Gatebell, this project'],
  [/\bwatch(?:es|ed)?\b/i, 'sweeper, monitor, read'],
  [/\bkept\b/i, 'stored'],
  [/\banew\b/i, 'again'],
  [/\b(?:lessons?|experiences)\b/i, 'results'],
  [/\bnudges?\b/i, 'requeue'],
  [/\b(?:e-mails?|mails|mailed|mailing)\b|\b(?<!-)mail\b(?!-| (?:server|program|service|feedback)s?\b)/i, 'email'],
  [/\bMS[- ]Teams\b/, 'Microsoft Teams, then Teams'],
  [/\blog(?:s|ged|ging)? (?:in|out) (?!to\b)|\blogins?\b/i, 'sign in, sign-in'],
  [/\bcan ?not\b/i, "can't"],
  [/\bobservations?\b/i, 'finding, finding counts'],
  [/\bstandard (?:security )?gate\b/i, 'default gate'],
  [/\blicence\b/i, 'license'],
  [/\bunseen\b|\bunread notifications?\b/i, 'New, unviewed'],
  [/\bsender address\b/i, 'From address'],
  [/\bbase URL\b/i, 'page URL'],
  // Phrases that newcomers read twice, with the plain form.
  [/\bnames no caller\b/i, "doesn't identify a user or client"],
  [/\bthis takes the role\b/i, 'this action requires the role'],
  [/\bblacked out\b/i, 'redacted'],
  [/\bis another thing\b/i, "isn't supported"],
  [/\bheld back before\b/i, 'repeats not sent'],
  [/\b(?:are|is) wanted\b/i, 'required'],
  [/\b(?:set|computed?) (?:it|them)(?: all)? new\b/i, 'enter a new value, applied in the background'],
  [/\bto be notified of here\b|\bis notified of here\b/i, 'notifications arrive here'],
  [/\bmade ready\b/i, 'preparing'],
  [/\bloses nothing\b/i, 'retries, and records every result'],
];

const findIn = (text: string): string[] =>
  INSTEAD.flatMap(([word, instead]) => {
    const found = word.exec(text)?.[0];
    return found === undefined ? [] : [`${found} → ${instead}`];
  });

/** Code in a document: names of fields, files, and metrics stay as they are. */
const withoutCode = (markdown: string): string =>
  markdown
    .replaceAll(/^```.*?^```/gms, '')
    .replaceAll(/`[^`\n]*`/g, '')
    .replaceAll(/\]\([^)]*\)/g, ']');

const withoutComments = (code: string): string => code.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/(^|\s)\/\/.*/g, '');

/** Whole texts of the page: in quotes or between tags, with a blank in them. */
const textsIn = (code: string, isPage: boolean): string[] =>
  [
    ...code.matchAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g),
    ...(isPage ? code.matchAll(/[>}][^<>{}()=;]+[<{]/g) : []),
  ]
    .map(([text]) => text.replaceAll(/\$\{[^}]*\}/g, ''))
    .filter((text) => /\w \w/.test(text));

it('finds such words', () => {
  expect(findIn('Nobody was to be told')).toEqual(['told → notified, sends, shows', 'Nobody → no one, no recipient']);
  expect(findIn(withoutCode('See `watch-errors` and [this](kept.md).'))).toEqual([]);
  expect(textsIn('<p title="It is told here">Nobody came to {owner}.</p>; const kept = \'kept\';', true)).toEqual([
    '"It is told here"',
    '>Nobody came to {',
  ]);
});

describe.each(files('*.md', 'docs/**/*.md', 'packages/*/README.md', 'functions/*/README.md'))('%s', (file) => {
  it('uses the terms of the glossary', () => {
    expect(findIn(withoutCode(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});

/** Where texts are that a user, a caller, or an operator reads. Redaction names what it looks for in foreign text. */
const TEXTS = files(
  'web/src/**/*.{ts,tsx}',
  'core/!(redaction)/**/*.ts',
  '{functions,lib,local,scripts}/**/*.ts',
  'packages/reporter/*.mjs',
  'examples/*.mjs',
);

it.each(TEXTS)('texts in %s use the terms of the glossary', (file) => {
  const texts = textsIn(withoutComments(readFileSync(join(root, file), 'utf8')), file.endsWith('.tsx'));
  expect(texts.flatMap(findIn)).toEqual([]);
});

it('the API description uses the terms of the glossary', () => {
  const document = readFileSync(join(root, 'docs/openapi.json'), 'utf8');
  const texts = [...document.matchAll(/"(?:description|summary|title)": ("(?:[^"\\]|\\.)*")/g)].map(
    ([, text = '']) => text,
  );
  expect(texts.length).toBeGreaterThan(50);
  expect(texts.flatMap(findIn)).toEqual([]);
});

/** Words that never belong in source: no field, file format, or library uses them. */
const NEVER = /\b(?:told|tells?|whoever|nobody|nudg(?:e|es|ed)|worn|bury|buried|houses?|story)\b/gi;

/** A `reason_code` of the API, which the contract names so. */
const REASON_CODE = /\bback_to_told_state\b/g;

/** Comments, texts, and the words in names: `isToldBy` and `TOLD_BY` contain `told`. */
const neverIn = (code: string): string[] =>
  code
    .replaceAll(REASON_CODE, '')
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])|_/g, ' ')
    .match(NEVER) ?? [];

it('finds such words in comments and names', () => {
  expect(neverIn('/** Whoever asks. */ const isToldBy = NOBODY_ASKS; // a nudge')).toEqual([
    'Whoever',
    'Told',
    'NOBODY',
    'nudge',
  ]);
  expect(neverIn('const warehouse = foretold;')).toEqual([]);
});

const SOURCE = ['core', 'functions', 'lib', 'local', 'packages', 'scripts', 'web'];

it.each(
  // The texts of core/channels are tested above.
  files(...SOURCE.map((folder) => `${folder}/**/*.{ts,tsx,mjs}`)).filter((file) => !file.startsWith('core/channels/')),
)('comments and names in %s use plain words', (file) => {
  expect(neverIn(readFileSync(join(root, file), 'utf8'))).toEqual([]);
});
