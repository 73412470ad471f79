// @ts-check
/** Reads CycloneDX 1.3 to 1.6: https://cyclonedx.org/docs/1.6/json/. */
import { fieldsOf, listOf, wordOf } from './fields.mjs';
import { SEVERITIES, severityOfScore, severityOfWord } from './severity.mjs';

/** @typedef {import('./fields.mjs').Fields} Fields */
/** @typedef {import('./severity.mjs').Severity} Severity */

const VERSIONS = ['1.3', '1.4', '1.5', '1.6'];

/** States of an analysis that say there is nothing to do. */
const CLOSED = ['resolved', 'resolved_with_pedigree', 'false_positive', 'not_affected'];

/** What makes a tool look for vulnerabilities, by a part of its name. */
const SCANNING = [
  ['trivy', 'Trivy: `--scanners vuln`'],
  ['retire', 'retire: `--outputformat cyclonedxJSON1_6_VEX`'],
  ['grype', 'Grype scans whenever it runs'],
  ['syft', 'Syft: `grype sbom:FILE -o cyclonedx-json`'],
  ['snyk', 'Snyk: `snyk test --sarif-file-output=FILE`'],
  ['dependency-track', 'Dependency-Track: export with `variant=withVulnerabilities`'],
];

/** `metadata.tools` is a list of tools to 1.4, and an object with a list of components since 1.5. @param {Fields} report */
const scanningOption = (report) => {
  const { tools } = fieldsOf(report['metadata']);
  const all = Array.isArray(tools) ? tools : listOf(fieldsOf(tools)['components'], 'metadata.tools.components');
  const names = all.map((tool) => wordOf(fieldsOf(tool)['name']));
  const [, option] = SCANNING.find(([name]) => names.some((each) => each.includes(String(name)))) ?? [];
  return option ?? 'such as Trivy without `--scanners vuln`';
};

/**
 * EPSS and KEV are ratings, too, from 0 to 1, that say nothing of the severity. So is a score without a method read as CVSS
 * above 1 only.
 *
 * @param {Fields} rating
 */
const isCvss = ({ method, vector, score }) =>
  wordOf(method).startsWith('cvss') ||
  wordOf(vector).startsWith('cvss:') ||
  (wordOf(method) === '' && Number(score) > 1);

/** Sources differ: the gravest rating counts. @param {Fields} vulnerability @returns {Severity} */
const severityOfVulnerability = ({ ratings }) => {
  const rated = listOf(ratings, 'ratings').map(
    (rating) => severityOfWord(rating['severity']) ?? (isCvss(rating) ? severityOfScore(rating['score']) : null),
  );
  return SEVERITIES.find((severity) => rated.includes(severity)) ?? 'unknown';
};

/**
 * @param {Fields} report a CycloneDX BOM
 * @param {boolean} allowEmpty whether an empty list of vulnerabilities is a scan that found none
 * @returns {Severity[]} one for each component that a vulnerability affects
 * @throws where it is another version, is malformed, or was not scanned
 */
export const readCycloneDx = (report, allowEmpty) => {
  const version = report['specVersion'];
  if (!VERSIONS.includes(String(version))) {
    const said = version === undefined ? 'without a version' : String(version);
    throw new Error(
      `CycloneDX ${said} is not read, only 1.3 to 1.6: use SARIF, or \`cyclonedx convert --output-version v1_6\``,
    );
  }
  if (!Array.isArray(report['vulnerabilities'])) {
    const option = scanningOption(report);
    throw new Error(`A CycloneDX file without \`vulnerabilities\` lists parts (${option}), and was not scanned`);
  }
  const vulnerabilities = listOf(report['vulnerabilities'], 'vulnerabilities');
  if (vulnerabilities.length === 0 && !allowEmpty) {
    const option = scanningOption(report);
    throw new Error(
      `\`vulnerabilities\` is empty, as it is where nothing was scanned (${option}): give --allow-empty if it was`,
    );
  }
  return vulnerabilities
    .filter(({ analysis }) => !CLOSED.includes(wordOf(fieldsOf(analysis)['state'])))
    .flatMap((vulnerability) => {
      const affected = listOf(vulnerability['affects'], 'affects').length;
      return new Array(Math.max(1, affected)).fill(severityOfVulnerability(vulnerability));
    });
};
