// @ts-check
/** Reads findings in OCSF, as AWS Security Hub and Prowler write them: https://schema.ocsf.io/categories/findings. */
import { fieldsOf, wordOf } from './fields.mjs';
import { severityOfWord } from './severity.mjs';

/** @typedef {import('./fields.mjs').Fields} Fields */
/** @typedef {import('./severity.mjs').Severity} Severity */

/** Security, vulnerability, compliance, detection, data security and posture findings. An incident (2005) only groups findings. */
const CLASSES = [2001, 2002, 2003, 2004, 2006, 2007];

/** `severity_id`; the word counts for 0 (unknown) and 99 (other). @type {ReadonlyMap<number, Severity>} */
const SEVERITY_IDS = new Map([
  [1, 'none'],
  [2, 'low'],
  [3, 'medium'],
  [4, 'high'],
  [5, 'critical'],
  [6, 'critical'],
]);

/** `status_id`: suppressed, resolved, archived and deleted; by its word where the id is missing or 99 (other). */
const CLOSED_IDS = [3, 4, 5, 6];
const CLOSED = ['suppressed', 'resolved', 'archived', 'deleted'];
const PASSED = ['pass', 'passed'];

/**
 * Security Hub closes a finding by its activity, too: docs.aws.amazon.com/securityhub/latest/userguide/ocsf-findings.html.
 *
 * @param {Fields} finding
 */
const isClosed = ({ status_id: id, status, activity_id: activity }) =>
  Number(activity) === 3 || CLOSED_IDS.includes(Number(id)) || ((id ?? 99) === 99 && CLOSED.includes(wordOf(status)));

/** A check that passed: by Prowler's `status_code`, or by a compliance finding's `compliance`. @param {Fields} finding */
const hasPassed = ({ status_code: code, compliance }) => {
  const { status_id: id, status } = fieldsOf(compliance);
  return PASSED.includes(wordOf(code)) || Number(id) === 1 || PASSED.includes(wordOf(status));
};

/**
 * @param {Fields} finding one OCSF event
 * @returns {Severity[]} its severity; nothing where it is closed or passed
 * @throws where it is not a finding
 */
export const readOcsf = (finding) => {
  const { class_uid: classUid, severity_id: id, severity } = finding;
  if (!CLASSES.includes(Number(classUid))) {
    throw new Error(`OCSF's class ${classUid} is not read, only findings: ${CLASSES.join(', ')}`);
  }
  if (isClosed(finding) || hasPassed(finding)) return [];
  return [SEVERITY_IDS.get(Number(id)) ?? severityOfWord(severity) ?? 'unknown'];
};
