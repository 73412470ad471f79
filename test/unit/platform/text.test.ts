import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, cutToFit, cutTrace, oneLine, plainText } from '../../../core/platform/text/text.ts';

describe('plainText', () => {
  it.each([
    ['right-to-left override', 'safe\u202Egnp.exe', 'safe[U+202E]gnp.exe'],
    ['bidi isolates and marks', '\u2066a\u2069\u200F', '[U+2066]a[U+2069][U+200F]'],
    ['zero-width space', 'ad\u200Bmin', 'ad[U+200B]min'],
    ['a run of the same', `x${'\u200B'.repeat(4_000)}y`, 'x[U+200B ×4000]y'],
    ['escape and null', '\u001b[31mred\u0000', '[U+001B][31mred[U+0000]'],
    ['tag characters, which hide text', 'a\u{E0041}', 'a[U+E0041]'],
    ['a filler that looks like nothing', '\u3164', '[U+3164]'],
    ['a joiner between Latin letters', 'pay\u200Dpal', 'pay[U+200D]pal'],
    ['half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
    ['line breaks of all kinds', 'a\r\nb\rc\u2028d\u0085e', 'a\nb\nc\nd\ne'],
  ])('shows %s', (_, foreign, shown) => {
    expect(plainText(foreign)).toBe(shown);
  });

  it.each([
    ['emoji that are joined', '👩‍👩‍👧 👩🏽‍💻 ❤️‍🔥 🏳️‍🌈'],
    ['emoji that are chosen by a selector', '⚠️ ☎︎ 1️⃣'],
    ['Persian, which shapes by a non-joiner', 'می‌خواهم'],
    ['tabs and lines', 'a\tb\nc'],
  ])('leaves %s as they are', (_, text) => {
    expect(plainText(text)).toBe(text);
  });

  it('leaves nothing invisible, whatever comes', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be left
    const hidden = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\u200B\u2028\u2029]/;
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (foreign) => !hidden.test(plainText(foreign))));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (foreign) => !/[\r\n]/.test(oneLine(foreign))));
  });
});

describe('cut', () => {
  it('cuts visibly, between what people count as characters', () => {
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(cut('abcdefg', 6)).toBe('abcde…');
    expect(cut('ab👩‍👩‍👧cd', 8)).toBe('ab…');
    expect(cut(`e${'\u0301'.repeat(500)}`, 150)).toHaveLength(150);
  });

  it('never exceeds the length, nor halves a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 1, max: 100 }), (text, max) => {
        const result = cut(text.toWellFormed(), max);
        expect(result.length).toBeLessThanOrEqual(max);
        expect(result.isWellFormed()).toBe(true);
      }),
    );
  });

  it('fits what is measured otherwise', () => {
    const bytes = (candidate: string) => Buffer.byteLength(candidate) <= 10;
    expect(cutToFit('ÄÖÜäöü', bytes)).toBe('ÄÖÜ…');
  });
});

describe('cutTrace', () => {
  const lines = Array.from({ length: 100 }, (_, line) => `line ${line}`);
  const fits = (candidate: string) => candidate.length <= 100;

  it('keeps both ends, whole lines, and says how much is left out', () => {
    const result = cutTrace(lines.join('\n'), fits).split('\n');
    const [note] = result.filter((line) => line.startsWith('…'));
    expect(result[0]).toBe('line 0');
    expect(result.at(-1)).toBe('line 99');
    expect(note).toBe(`… ${100 - (result.length - 1)} lines left out …`);
    expect(fits(result.join('\n'))).toBe(true);
  });

  it('cuts as text where a line is too long for that', () => {
    expect(cutTrace('x'.repeat(500), fits)).toBe(`${'x'.repeat(99)}…`);
  });
});
