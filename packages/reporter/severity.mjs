// @ts-check
/** @typedef {'critical' | 'high' | 'medium' | 'low' | 'none' | 'unknown'} Severity */
import { wordOf } from './fields.mjs';

/** Gravest first. @type {readonly Severity[]} */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'none', 'unknown'];

/** The words that scanners and advisories use. @type {ReadonlyMap<string, Severity>} */
const WORDS = new Map([
  ['fatal', 'critical'],
  ['critical', 'critical'],
  ['high', 'high'],
  ['important', 'high'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['low', 'low'],
  ['negligible', 'none'],
  ['informational', 'none'],
  ['info', 'none'],
  ['none', 'none'],
]);

/** @param {unknown} value @returns {Severity | null} null where the word is not known */
export const severityOfWord = (value) => WORDS.get(wordOf(value)) ?? null;

/**
 * CVSS' qualitative scale, which GitHub applies to SARIF's `security-severity`, too.
 *
 * @param {unknown} value a number from 0 to 10, or its text
 * @returns {Severity | null} null where it is not a number, `unknown` where it is off the scale
 */
export const severityOfScore = (value) => {
  if (typeof value !== 'number' && !/^[+-]?\d+(\.\d+)?$/.test(wordOf(value))) return null;
  const score = Number(value);
  if (!(score >= 0 && score <= 10)) return 'unknown';
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
};
