// @ts-check
/** Turns the bytes of a report into JSON values. */
import { gunzipSync } from 'node:zlib';

/** UTF-16 is what `>` writes in Windows PowerShell 5; JSON starts with an ASCII character, so its zero byte shows the order. @param {Uint8Array} bytes */
const encodingOf = ([first, second]) => {
  if ((first === 0xff && second === 0xfe) || second === 0) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || first === 0 ? 'utf-16be' : 'utf-8';
};

/** @param {Uint8Array | string} content may be compressed with gzip, and start with a byte order mark */
const textOf = (content) => {
  if (typeof content === 'string') return content.replace(/^\uFEFF/, '');
  const bytes = content[0] === 0x1f && content[1] === 0x8b ? gunzipSync(content) : content;
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
};

/** The index of the quote that ends a string. @param {string} text valid JSON @param {number} start of its first quote */
const endOfString = (text, start) => {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end;
  }
};

/** @typedef {Set<unknown> | null} Keys the keys of an object so far, null for an array */

/** Follows a bracket or a comma. @param {Keys[]} open @param {string} character @returns {Keys} the object that a key comes next in */
const follow = (open, character) => {
  if (character === ',') return open[open.length - 1] ?? null;
  if (character === '}' || character === ']') {
    open.pop();
    return null;
  }
  const keys = character === '{' ? new Set() : null;
  open.push(keys);
  return keys;
};

/**
 * The first key that an object has twice. `JSON.parse` keeps the last one, which could be an empty list after the findings.
 *
 * @param {string} text valid JSON
 * @returns {string | null}
 */
const duplicateKeyIn = (text) => {
  /** @type {Keys[]} */
  const open = [];
  /** @type {Keys} */
  let keys = null;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if ('{}[],'.includes(character)) keys = follow(open, character);
    if (character !== '"') continue;
    const end = endOfString(text, at);
    const key = keys && JSON.parse(text.slice(at, end + 1));
    if (keys?.has(key)) return key;
    keys?.add(key);
    keys = null;
    at = end;
  }
  return null;
};

/** @param {string} text @returns {unknown} */
const parse = (text) => {
  const value = JSON.parse(text);
  const twice = duplicateKeyIn(text);
  if (twice !== null)
    throw new Error(`The key \`${twice}\` is there twice in one object: only one of them would count`);
  return value;
};

/** @param {string} text */
const isObject = (text) => {
  try {
    return text.startsWith('{') && JSON.parse(text) !== null;
  } catch {
    return false;
  }
};

/** @param {readonly string[]} lines @returns {unknown[]} */
const parseLines = (lines) =>
  lines.flatMap((line, index) => {
    try {
      return line.trim() === '' ? [] : [parse(line)];
    } catch (error) {
      throw new SyntaxError(`Line ${index + 1} of the JSON lines: ${error instanceof Error ? error.message : error}`);
    }
  });

/**
 * The JSON of a report: one value, or a list of the values of JSON lines.
 *
 * @param {Uint8Array | string} content UTF-8 or UTF-16, may be compressed with gzip
 * @returns {unknown}
 * @throws where it is empty, not JSON, or ambiguous
 */
export const parseJson = (content) => {
  const text = textOf(content).trim();
  if (text === '') throw new SyntaxError('The file is empty: the scanner wrote no report');
  if (text.startsWith('<')) throw new SyntaxError('This is XML or HTML: choose the JSON form of the report');
  const [first = '', ...others] = text.split('\n');
  if (others.length > 0 && isObject(first)) return parseLines([first, ...others]);
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof SyntaxError ? new SyntaxError(`This is not whole JSON: ${error.message}`) : error;
  }
};
