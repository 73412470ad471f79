import { describe, expect, it } from 'vitest';
import { countFindings } from '../../../packages/reporter/counts.mjs';

const NOTHING = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const bom = (vulnerabilities: unknown, more: object = {}) =>
  JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', vulnerabilities, ...more });
const count = (vulnerabilities: unknown, more: object = {}) => countFindings(bom(vulnerabilities, more));

describe('the severity of a CycloneDX vulnerability', () => {
  it.each([
    [[{ severity: 'low' }, { severity: 'critical' }, { severity: 'none' }], 'critical'],
    [[{ severity: 'CRITICAL' }], 'critical'],
    [[{ severity: 'info' }], 'none'],
    [[{ severity: 'Moderate', method: 'other', source: { name: 'GitHub' } }], 'medium'],
    [[{ severity: 'unknown' }, { severity: 'low' }], 'low'],
    [[{}], 'unknown'],
    [[], 'unknown'],
    [null, 'unknown'],
    [undefined, 'unknown'],
  ])('is the gravest word of the ratings %j: %s', (ratings, severity) => {
    expect(count([{ id: 'CVE-1', ratings }])).toEqual({ ...NOTHING, [severity]: 1 });
  });

  it.each([
    [[{ score: 7.5, method: 'CVSSv2' }], 'high'],
    [[{ score: 7.5, method: 'CVSSv3' }], 'high'],
    [[{ score: 7.5, method: 'CVSSv31' }], 'high'],
    [[{ score: 9.3, method: 'CVSSv4' }], 'critical'],
    [[{ score: 0, method: 'CVSSv31' }], 'none'],
    [[{ score: 9.3, method: 'other', vector: 'CVSS:4.0/AV:N' }], 'critical'],
    [[{ severity: 'unknown', score: 5, method: 'CVSSv3' }], 'medium'],
    [[{ severity: 'unknown', score: 5 }], 'medium'],
    [[{ score: 11, method: 'CVSSv3' }], 'unknown'],
  ])('is the CVSS score of the ratings %j: %s', (ratings, severity) => {
    expect(count([{ id: 'CVE-1', ratings }])).toEqual({ ...NOTHING, [severity]: 1 });
  });

  it.each([
    [{ method: 'other', score: 0.03, source: { name: 'FIRST' } }],
    [{ method: 'other', score: 1, source: { name: 'CISA KEV Catalog' } }],
    [{ method: 'EPSS', score: 0.97 }],
    [{ method: 'OWASP', score: 9 }],
    [{ method: 'SSVC', score: 4 }],
    [{ score: 0.97 }],
    [{ score: 1 }],
  ])('is never a score of something else, such as EPSS: %j', (rating) => {
    const ratings = (severity: string) => [{ severity }, rating];
    expect(count([{ ratings: ratings('unknown') }, { ratings: ratings('none') }])).toEqual({
      ...NOTHING,
      unknown: 1,
      none: 1,
    });
  });
});

it('counts a vulnerability for each component that it affects, and not where the analysis closed it', () => {
  const ratings = [{ severity: 'high' }];
  const affects = [{ ref: 'a' }, { ref: 'b' }];
  const closed = ['resolved', 'resolved_with_pedigree', 'false_positive', 'not_affected', 'NOT_AFFECTED'];
  const open = ['exploitable', 'in_triage', 'not_set', null];
  const inState = (state: string | null) => ({ ratings, affects, analysis: { state } });
  expect(count([{ ratings, affects }, ...[...closed, ...open].map(inState)])).toEqual({ ...NOTHING, high: 10 });
});

describe('a CycloneDX file that was not scanned is refused', () => {
  it.each([undefined, null, {}])('with the vulnerabilities %j, whatever is allowed', (vulnerabilities) => {
    for (const allowEmpty of [false, true]) {
      expect(() => countFindings(bom(vulnerabilities), { allowEmpty })).toThrow('was not scanned');
    }
  });

  it('with an empty list, which is a scan where the caller says so', () => {
    expect(() => count([])).toThrow('give --allow-empty if it was');
    expect(countFindings(bom([]), { allowEmpty: true })).toEqual(NOTHING);
  });

  it.each([
    [{ components: [{ type: 'application', group: 'aquasecurity', name: 'trivy' }] }, 'Trivy: `--scanners vuln`'],
    [[{ vendor: 'aquasecurity', name: 'trivy' }], 'Trivy: `--scanners vuln`'],
    [{ components: [{ name: 'grype' }] }, 'Grype scans whenever it runs'],
    [{ components: [{ name: 'syft' }] }, 'grype sbom:FILE'],
    [[{ vendor: 'OWASP', name: 'Dependency-Track' }], 'variant=withVulnerabilities'],
    [undefined, '`--scanners vuln`'],
  ])('with the option of the tool %j', (tools, option) => {
    for (const vulnerabilities of [[], undefined]) {
      expect(() => count(vulnerabilities, { metadata: { tools } })).toThrow(option);
    }
  });

  it.each([[[null]], [['CVE-1']]])('with vulnerabilities that are none: %j', (vulnerabilities) => {
    expect(() => count(vulnerabilities)).toThrow('`vulnerabilities` is not a list of objects');
  });
});

describe('the version of CycloneDX', () => {
  it.each(['1.3', '1.4', '1.5', '1.6'])('may be %s', (specVersion) => {
    expect(count([{ ratings: [{ severity: 'high' }] }], { specVersion })).toEqual({ ...NOTHING, high: 1 });
  });

  it.each([
    ['1.2', 'CycloneDX 1.2'],
    ['1.7', 'CycloneDX 1.7'],
    [undefined, 'CycloneDX without a version'],
  ])('may not be %s', (specVersion, named) => {
    expect(() => count([{}], { specVersion })).toThrow(`${named} is not read, only 1.3 to 1.6`);
  });
});
