// @ts-check
/** Reads SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. */
import { fieldsOf, listOf, wordOf } from './fields.mjs';
import { isIndex, makeFind } from './sarif-rules.mjs';
import { severityOfScore, severityOfWord } from './severity.mjs';

/** @typedef {import('./fields.mjs').Fields} Fields */
/** @typedef {import('./severity.mjs').Severity} Severity */

/** Whether results of a kind (3.27.9) are findings. What is undecided is one until somebody decides. */
const KINDS = new Map([
  ['fail', true],
  ['open', true],
  ['review', true],
  ['pass', false],
  ['informational', false],
  ['notapplicable', false],
]);

/** Levels (3.27.10) say how a finding weighs in its tool; no level is critical. @type {ReadonlyMap<string, Severity>} */
const LEVELS = new Map([
  ['error', 'high'],
  ['warning', 'medium'],
  ['note', 'low'],
  ['none', 'none'],
]);

/** Parts of a run that may be outside it (3.14.2, 3.13.5), without which it can't be counted. */
const PARTS = ['results', 'invocations', 'driver', 'extensions'];

/** @param {Fields} result */
const kindOf = (result) => wordOf(result['kind']) || 'fail';

/**
 * Whether a result is a finding that is open: not passed, not gone since the baseline, not suppressed. A suppression that is
 * rejected or under review keeps it open, whatever others say (microsoft/sarif-tutorials, Determining suppression status).
 *
 * @param {Fields} result
 */
const isOpen = (result) => {
  const isFinding = KINDS.get(kindOf(result));
  if (isFinding === undefined) throw new Error(`A result has the unknown kind ${JSON.stringify(result['kind'])}`);
  const suppressions = listOf(result['suppressions'], 'suppressions');
  const isSuppressed =
    suppressions.length > 0 && suppressions.every(({ status }) => (wordOf(status) || 'accepted') === 'accepted');
  return isFinding && wordOf(result['baselineState']) !== 'absent' && !isSuppressed;
};

/** What a result says of its rule, as one reference (3.27.5–3.27.7). @param {Fields} result @returns {Fields} */
const referenceOf = (result) => {
  const rule = fieldsOf(result['rule']);
  const index = isIndex(result['ruleIndex']) ? result['ruleIndex'] : rule['index'];
  return { ...rule, id: result['ruleId'] || rule['id'], index };
};

/**
 * The levels that users configured for the rules, for each invocation (3.20.5), by rule, or by id where there is no rule.
 *
 * @param {readonly Fields[]} invocations @param {import('./sarif-rules.mjs').Find} findRule
 * @returns {Map<unknown, unknown>[]}
 */
const overridesOf = (invocations, findRule) =>
  invocations.map(
    ({ ruleConfigurationOverrides }) =>
      new Map(
        listOf(ruleConfigurationOverrides, 'ruleConfigurationOverrides').map(({ descriptor, configuration }) => {
          const reference = fieldsOf(descriptor);
          return [findRule(reference) ?? reference['id'], fieldsOf(configuration)['level']];
        }),
      ),
  );

/** @param {Fields} run @param {readonly Fields[]} invocations @returns {(result: Fields) => Severity} */
const makeSeverityOf = (run, invocations) => {
  const findRule = makeFind(fieldsOf(run['tool']), 'rules');
  const overrides = overridesOf(invocations, findRule);
  return (result) => {
    const reference = referenceOf(result);
    const rule = findRule(reference);
    for (const described of [result, fieldsOf(rule)]) {
      const score = fieldsOf(described['properties'])['security-severity'];
      const severity = severityOfScore(score) ?? severityOfWord(score);
      if (severity) return severity;
    }
    if (kindOf(result) !== 'fail') return LEVELS.get(wordOf(result['level']) || 'none') ?? 'unknown';
    const { invocationIndex } = fieldsOf(result['provenance']);
    const only = overrides.length === 1 ? overrides[0] : undefined;
    const configured = isIndex(invocationIndex) ? overrides[invocationIndex] : only;
    const level =
      wordOf(result['level']) ||
      wordOf(configured?.get(rule ?? reference['id'])) ||
      wordOf(fieldsOf(rule?.['defaultConfiguration'])['level']) ||
      'warning';
    return LEVELS.get(level) ?? 'unknown';
  };
};

/** @param {Fields} tool @param {readonly Fields[]} invocations @returns {Fields[]} what the tool notified as an error (3.58.6) */
const errorsOf = (tool, invocations) => {
  const findNotification = makeFind(tool, 'notifications');
  return invocations
    .flatMap((invocation) => [
      ...listOf(invocation['toolExecutionNotifications'], 'toolExecutionNotifications'),
      ...listOf(invocation['toolConfigurationNotifications'], 'toolConfigurationNotifications'),
    ])
    .filter(({ level, descriptor }) => {
      const usual = fieldsOf(findNotification(fieldsOf(descriptor))?.['defaultConfiguration'])['level'];
      return (wordOf(level) || wordOf(usual)) === 'error';
    });
};

/** @param {readonly Fields[]} errors @returns {string} the text of the first, in brackets */
const quote = ([error]) => {
  const { text } = fieldsOf(error?.['message']);
  return typeof text === 'string' ? ` ("${text.slice(0, 200)}")` : '';
};

/** @param {Fields} invocation */
const hasFailed = ({ executionSuccessful, processStartFailureMessage, exitSignalName }) =>
  (executionSuccessful !== undefined && executionSuccessful !== true) ||
  Boolean(processStartFailureMessage) ||
  Boolean(exitSignalName);

/** @param {Fields} external */
const refuseElsewhere = (external) => {
  const part = PARTS.find((each) => Object.keys(external[each] ?? {}).length > 0);
  if (part)
    throw new Error(`\`${part}\` are outside of their run: write the report as one file, without external properties`);
};

/** @param {Fields} run @returns {Severity[]} */
const readRun = (run) => {
  const tool = fieldsOf(run['tool']);
  refuseElsewhere(fieldsOf(run['externalPropertyFileReferences']));
  const invocations = listOf(run['invocations'], 'invocations');
  const conversion = fieldsOf(fieldsOf(run['conversion'])['invocation']);
  const errors = errorsOf(tool, [...invocations, conversion]);
  if ([...invocations, conversion].some(hasFailed)) {
    throw new Error(`The scanner says that its run failed${quote(errors)}: what it found is not all`);
  }
  if (!Array.isArray(run['results'])) throw new Error('A run has no results: the scanner did not scan');
  const results = listOf(run['results'], 'results');
  if (results.length === 0 && !fieldsOf(tool['driver'])['name']) {
    throw new Error('A run has no results and names no tool: this is not a whole SARIF report');
  }
  if (results.length === 0 && errors.length > 0) {
    throw new Error(`The scanner reports an error and no results${quote(errors)}: it did not scan`);
  }
  return results.filter(isOpen).map(makeSeverityOf(run, invocations));
};

/**
 * @param {Fields} report a SARIF log
 * @returns {Severity[]} one for each finding that is open
 * @throws where it is another version, is malformed, or a scan that did not take place
 */
export const readSarif = (report) => {
  const { version } = report;
  if (version !== '2.1.0') {
    const said = version === undefined ? 'without a version' : String(version);
    throw new Error(
      `SARIF ${said} is not read, only 2.1.0: choose that version (MSBuild: \`ErrorLog=FILE,version=2.1\`)`,
    );
  }
  const runs = listOf(report['runs'], 'runs');
  if (runs.length === 0) throw new Error('The report has no runs: the scanner did not scan');
  listOf(report['inlineExternalProperties'], 'inlineExternalProperties').forEach(refuseElsewhere);
  return runs.flatMap(readRun);
};
