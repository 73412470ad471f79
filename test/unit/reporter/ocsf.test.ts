import { describe, expect, it } from 'vitest';
import { countFindings } from '../../../packages/reporter/counts.mjs';

const NOTHING = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };

/** As Prowler writes it with `--output-formats json-ocsf`. */
const finding = (more: object = {}) => ({
  metadata: { event_code: 'iam_root_mfa', product: { name: 'Prowler' }, version: '1.5.0' },
  severity_id: 4,
  severity: 'High',
  status: 'New',
  status_id: 1,
  status_code: 'FAIL',
  activity_id: 1,
  finding_info: { uid: 'prowler-aws-iam_root_mfa-1' },
  category_uid: 2,
  class_name: 'Detection Finding',
  class_uid: 2004,
  ...more,
});
/** As Security Hub gives it. */
const control = (compliance: object, more: object = {}) => ({
  class_uid: 2003,
  severity_id: 3,
  status_id: 1,
  compliance: { control: 'S3.1', ...compliance },
  ...more,
});
const count = (report: unknown, allowEmpty = false) => countFindings(JSON.stringify(report), { allowEmpty });

describe('the form of OCSF', () => {
  const two = [finding(), finding({ severity_id: 2 })];
  const counts = { ...NOTHING, high: 1, low: 1 };

  it.each([
    ['a list', JSON.stringify(two)],
    ['a list on several lines', JSON.stringify(two, null, 4)],
    ['JSON lines', two.map((each) => `${JSON.stringify(each)}\r\n`).join('\n')],
    ['what GetFindingsV2 answers', JSON.stringify({ Findings: two })],
  ])('may be %s', (_, text) => {
    expect(countFindings(text)).toEqual(counts);
  });

  it('may be one finding', () => {
    expect(count(finding())).toEqual({ ...NOTHING, high: 1 });
  });

  it.each([
    ['a line that was cut off', `${JSON.stringify(finding())}\n{"class_uid":20`, 'Line 2 of the JSON lines'],
    ['a list that was cut off', JSON.stringify([finding()]).slice(0, -1), 'not whole JSON'],
    ['an entry that is none', JSON.stringify([finding(), {}]), 'Entry 2: This is neither'],
    ['an entry that is null', JSON.stringify([finding(), null]), 'Entry 2: This is neither'],
    ['one page of several', JSON.stringify({ Findings: two, NextToken: 'x' }), 'fetch all pages'],
    ['an empty list', '[]', 'the list is empty'],
    ['an empty answer', '{"Findings":[]}', 'give --allow-empty if it was'],
  ])('may not be %s', (_, text, message) => {
    expect(() => countFindings(text)).toThrow(message);
  });

  it('may be an empty answer where the caller says that it is a scan', () => {
    expect(count({ Findings: [] }, true)).toEqual(NOTHING);
  });
});

describe('the severity of an OCSF finding', () => {
  it.each([
    [{ severity_id: 6 }, 'critical'],
    [{ severity_id: 5 }, 'critical'],
    [{ severity_id: 4 }, 'high'],
    [{ severity_id: 3 }, 'medium'],
    [{ severity_id: 2 }, 'low'],
    [{ severity_id: 1 }, 'none'],
    [{ severity_id: 0, severity: 'Unknown' }, 'unknown'],
    [{ severity_id: 99, severity: 'CRITICAL' }, 'critical'],
    [{ severity_id: 99, severity: 'P1' }, 'unknown'],
    [{ severity_id: undefined, severity: 'Medium' }, 'medium'],
    [{ severity_id: undefined, severity: undefined }, 'unknown'],
  ])('%j is %s', (more, severity) => {
    expect(count([finding(more)])).toEqual({ ...NOTHING, [severity]: 1 });
  });
});

describe('an OCSF finding is counted where it is open', () => {
  it.each([
    finding({ status_id: 0 }),
    finding({ status_id: 2 }),
    finding({ activity_id: 2 }),
    finding({ status_id: undefined, status: undefined }),
    finding({ status_code: 'MANUAL' }),
    finding({ class_uid: 2001 }),
    finding({ class_uid: 2002 }),
    control({ status: 'Fail', status_id: 3 }, { severity_id: 4 }),
    control({ status: 'Warning', status_id: 2 }, { severity_id: 4 }),
  ])('%#', (report) => {
    expect(count([report])).toEqual({ ...NOTHING, high: 1 });
  });

  it.each([
    finding({ status_code: 'PASS' }),
    finding({ status_id: 3, status: 'Suppressed' }),
    finding({ status_id: 4, status: 'Resolved' }),
    finding({ status_id: 5 }),
    finding({ activity_id: 3, activity_name: 'Close' }),
    finding({ status_id: 6 }),
    finding({ status_id: 99, status: 'Suppressed' }),
    finding({ status_id: undefined, status: 'RESOLVED' }),
    control({ status: 'Pass', status_id: 1 }),
    control({ status: 'PASSED' }),
  ])('and not where it is closed or passed: %#', (report) => {
    expect(count([report])).toEqual(NOTHING);
  });

  it.each([2005, 6003, null])('class %j is refused', (classUid) => {
    expect(() => count([finding(), finding({ class_uid: classUid })])).toThrow(`class ${classUid} is not read`);
  });
});
