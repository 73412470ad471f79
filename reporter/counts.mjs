// @ts-check
/**
 * Counts what a scanner found, by severity, from a SARIF 2.1.0 or a CycloneDX report. No dependencies and no build, so that
 * a pipeline can run these files as they are. What is not known of a report's parts is `unknown`, and looked at by hand.
 */

/** @typedef {'critical' | 'high' | 'medium' | 'low' | 'none' | 'unknown'} Severity */
/** @typedef {Record<Severity, number>} Counts */
/** @typedef {Record<string, unknown>} Fields */

/** Gravest first. @type {readonly Severity[]} */
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'none', 'unknown'];

/** @returns {value is Fields} @param {unknown} value */
const isFields = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object that may be missing. @param {unknown} value @returns {Fields} */
const fieldsOf = (value) => (isFields(value) ? value : {});

/** The objects of a list that may be missing. @param {unknown} value @returns {Fields[]} */
const listOf = (value) => (Array.isArray(value) ? value.filter(isFields) : []);

/** CVSS' qualitative scale, which GitHub applies to SARIF's `security-severity`, too. @param {number} score @returns {Severity} */
const severityOfScore = (score) => {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
};

/** A score from 0 to 10, as a number or its text. @param {unknown} value @returns {Severity | null} null where there is none */
const severityOfScoreField = (value) => {
  if (value === undefined || value === null || value === '') return null;
  const score = Number(value);
  return score >= 0 && score <= 10 ? severityOfScore(score) : 'unknown';
};

/** SARIF's levels say how a finding weighs in its tool; no level is critical. @type {Readonly<Record<string, Severity>>} */
const OF_LEVEL = { error: 'high', warning: 'medium', note: 'low', none: 'none' };

/** The rule of a result, SARIF 2.1.0, 3.27.5–3.27.7: by its place in a component of the tool, or by its id. @param {Fields} tool @param {Fields} result */
const ruleOf = (tool, result) => {
  const reference = fieldsOf(result['rule']);
  const extensions = listOf(tool['extensions']);
  const place = fieldsOf(reference['toolComponent'])['index'];
  const component = typeof place === 'number' ? fieldsOf(extensions[place]) : fieldsOf(tool['driver']);
  const index = result['ruleIndex'] ?? reference['index'];
  if (typeof index === 'number' && index >= 0) return fieldsOf(listOf(component['rules'])[index]);
  const id = String(result['ruleId'] ?? reference['id'] ?? '');
  const rules = [fieldsOf(tool['driver']), ...extensions].flatMap(({ rules: of }) => listOf(of));
  return fieldsOf(rules.find((rule) => rule['id'] === id) ?? rules.find((rule) => id.startsWith(`${rule['id']}/`)));
};

/** @param {Fields} tool @param {Fields} result @returns {Severity} */
const severityOfResult = (tool, result) => {
  const rule = ruleOf(tool, result);
  const score = [result, rule].map(({ properties }) => fieldsOf(properties)['security-severity']);
  const level = result['level'] ?? fieldsOf(rule['defaultConfiguration'])['level'] ?? 'warning';
  return severityOfScoreField(score[0] ?? score[1]) ?? OF_LEVEL[String(level)] ?? 'unknown';
};

/** Whether a result is a finding that is open: no pass, not gone since the baseline, not suppressed. @param {Fields} result */
const isOpen = (result) =>
  (result['kind'] ?? 'fail') === 'fail' &&
  result['baselineState'] !== 'absent' &&
  !listOf(result['suppressions']).some(({ status }) => (status ?? 'accepted') === 'accepted');

/** @param {Fields} report @returns {Severity[]} */
const readSarif = (report) =>
  listOf(report['runs']).flatMap((run) => {
    if (listOf(run['invocations']).some((invocation) => invocation['executionSuccessful'] === false)) {
      throw new Error('The scanner says that its run failed: what it found is not all');
    }
    if (!Array.isArray(run['results'])) throw new Error('A run has no results: the scanner did not scan');
    const tool = fieldsOf(run['tool']);
    return listOf(run['results'])
      .filter(isOpen)
      .map((result) => severityOfResult(tool, result));
  });

/** CycloneDX' severities. @type {Readonly<Record<string, Severity>>} */
const OF_RATING = { critical: 'critical', high: 'high', medium: 'medium', low: 'low', info: 'none', none: 'none' };

/** States of an analysis that say there is nothing to do. */
const CLOSED = ['resolved', 'resolved_with_pedigree', 'false_positive', 'not_affected'];

/** Sources differ: the gravest rating counts. @param {Fields} vulnerability @returns {Severity} */
const severityOfVulnerability = ({ ratings }) => {
  const rated = listOf(ratings).map(
    ({ severity, score }) => OF_RATING[String(severity)] ?? severityOfScoreField(score) ?? 'unknown',
  );
  return SEVERITIES.find((severity) => rated.includes(severity)) ?? 'unknown';
};

/** One for each component that a vulnerability affects. @param {Fields} report @returns {Severity[]} */
const readCycloneDx = (report) => {
  if (!Array.isArray(report['vulnerabilities'])) {
    throw new Error('A CycloneDX file without `vulnerabilities` lists parts, and was not scanned');
  }
  return listOf(report['vulnerabilities'])
    .filter(({ analysis }) => !CLOSED.includes(String(fieldsOf(analysis)['state'])))
    .flatMap((vulnerability) =>
      Array.from({ length: Math.max(1, listOf(vulnerability['affects']).length) }, () =>
        severityOfVulnerability(vulnerability),
      ),
    );
};

/**
 * The open findings of a report, by severity.
 *
 * @param {string} text JSON
 * @returns {Counts}
 * @throws where it is neither SARIF nor CycloneDX, or of a scan that did not take place: zeros would pass the gate
 */
export const countFindings = (text) => {
  const report = fieldsOf(JSON.parse(text.replace(/^\uFEFF/, '')));
  /** @type {Counts} */
  const counts = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
  for (const severity of severitiesIn(report)) counts[severity] += 1;
  return counts;
};

/** @param {Fields} report */
const severitiesIn = (report) => {
  if (Array.isArray(report['runs'])) return readSarif(report);
  if (report['bomFormat'] === 'CycloneDX') return readCycloneDx(report);
  throw new Error('This is neither a SARIF nor a CycloneDX report in JSON');
};

/** @param {readonly Counts[]} all @returns {Counts} */
export const sumOf = (all) => ({
  critical: all.reduce((sum, { critical }) => sum + critical, 0),
  high: all.reduce((sum, { high }) => sum + high, 0),
  medium: all.reduce((sum, { medium }) => sum + medium, 0),
  low: all.reduce((sum, { low }) => sum + low, 0),
  none: all.reduce((sum, { none }) => sum + none, 0),
  unknown: all.reduce((sum, { unknown }) => sum + unknown, 0),
});
