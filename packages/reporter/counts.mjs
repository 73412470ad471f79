// @ts-check
/**
 * Counts what a scanner found, by severity, from a SARIF, a CycloneDX or an OCSF report. No dependencies and no build, so that
 * a pipeline can run these files as they are.
 */
import { readCycloneDx } from './cyclonedx.mjs';
import { fieldsOf, wordOf } from './fields.mjs';
import { parseJson } from './json.mjs';
import { readOcsf } from './ocsf.mjs';
import { describeFormat } from './other-formats.mjs';
import { readSarif } from './sarif.mjs';
import { SEVERITIES } from './severity.mjs';

/** @typedef {import('./severity.mjs').Severity} Severity */
/** @typedef {Record<Severity, number>} Counts */

const NEITHER = 'This is neither a SARIF nor a CycloneDX nor an OCSF report in JSON';

/** Each entry of a list is a report: OCSF has one for each finding. @param {readonly unknown[]} reports @param {boolean} allowEmpty @returns {Severity[]} */
const readList = (reports, allowEmpty) =>
  reports.flatMap((report, index) => {
    try {
      return readReport(report, allowEmpty);
    } catch (error) {
      throw new Error(`Entry ${index + 1}: ${error instanceof Error ? error.message : error}`);
    }
  });

/** What Security Hub's GetFindingsV2 answers. @param {unknown[]} findings @param {unknown} next @param {boolean} allowEmpty */
const readPage = (findings, next, allowEmpty) => {
  if (next) throw new Error('`NextToken` says that there are more findings: fetch all pages');
  if (findings.length === 0 && !allowEmpty) {
    throw new Error('`Findings` is empty, as it is where nothing was scanned: give --allow-empty if it was');
  }
  return readList(findings, allowEmpty);
};

/** @param {unknown} value @param {boolean} allowEmpty @returns {Severity[]} */
const readReport = (value, allowEmpty) => {
  if (Array.isArray(value)) {
    if (value.length === 0) throw new Error(`${NEITHER}: the list is empty`);
    return readList(value, allowEmpty);
  }
  const report = fieldsOf(value);
  if (Array.isArray(report['runs']) || wordOf(report['$schema']).includes('sarif')) return readSarif(report);
  if (report['bomFormat'] === 'CycloneDX') return readCycloneDx(report, allowEmpty);
  if ('class_uid' in report) return readOcsf(report);
  if (Array.isArray(report['Findings'])) return readPage(report['Findings'], report['NextToken'], allowEmpty);
  throw new Error(`${NEITHER}${describeFormat(report)}`);
};

/**
 * The open findings of a report, by severity.
 *
 * @param {Uint8Array | string} content JSON or JSON lines, in UTF-8 or UTF-16, may be compressed with gzip
 * @param {{ readonly allowEmpty?: boolean }} [options] allowEmpty: an empty `vulnerabilities` or `Findings` is a scan that found none
 * @returns {Counts}
 * @throws where it is none of the formats, or of a scan that did not take place: zeros would pass the gate
 */
export const countFindings = (content, { allowEmpty = false } = {}) => {
  const counts = noFindings();
  for (const severity of readReport(parseJson(content), allowEmpty)) counts[severity] += 1;
  return counts;
};

/** @returns {Counts} */
const noFindings = () => ({ critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 });

/** @param {readonly Counts[]} all @returns {Counts} */
export const sumOf = (all) => {
  const sum = noFindings();
  for (const counts of all) for (const severity of SEVERITIES) sum[severity] += counts[severity];
  return sum;
};
