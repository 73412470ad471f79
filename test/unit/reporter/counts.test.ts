import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countFindings, sumOf } from '../../../reporter/counts.mjs';

const NOTHING = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures/reports', name), 'utf8');

const sarif = (results: object[], rules: object[] = [], run: object = {}) =>
  countFindings(
    JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x', rules } }, results, ...run }] }),
  );
const cycloneDx = (vulnerabilities: object[] | undefined) =>
  countFindings(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', vulnerabilities }));

describe('reports of real scanners (test/fixtures/reports/README.md)', () => {
  it.each([
    ['eslint-security.sarif', { high: 1, medium: 6 }],
    ['secretlint.sarif', { high: 2 }],
    ['retire.cdx.json', { high: 1, medium: 1, low: 1 }],
  ])('%s', (name, counts) => {
    expect(countFindings(fixture(name))).toEqual({ ...NOTHING, ...counts });
  });

  it('that list parts only are refused', () => {
    expect(() => countFindings(fixture('retire-without-vex.cdx.json'))).toThrow('was not scanned');
  });
});

describe('SARIF', () => {
  const ruleWith = (score: unknown) => ({ id: 'R', properties: { 'security-severity': score } });

  it.each([
    ['10.0', 'critical'],
    ['9.0', 'critical'],
    ['8.9', 'high'],
    ['7', 'high'],
    ['6.9', 'medium'],
    ['4.0', 'medium'],
    ['3.9', 'low'],
    ['0.1', 'low'],
    ['0.0', 'none'],
    ['grave', 'unknown'],
    ['11', 'unknown'],
  ])('of security-severity %s is %s, whatever the level', (score, severity) => {
    expect(sarif([{ ruleId: 'R', level: 'note' }], [ruleWith(score)])).toEqual({ ...NOTHING, [severity]: 1 });
  });

  it.each([
    ['error', 'high'],
    ['warning', 'medium'],
    [undefined, 'medium'],
    ['note', 'low'],
    ['none', 'none'],
    ['odd', 'unknown'],
  ])('of level %s is %s', (level, severity) => {
    expect(sarif([{ ruleId: 'R', level }])).toEqual({ ...NOTHING, [severity]: 1 });
  });

  it.each([
    ['its index', { ruleIndex: 1 }],
    ['the index of its reference', { rule: { index: 1 } }],
    ['its id', { ruleId: 'B' }],
    ['the id that its own is below', { ruleId: 'B/deep' }],
    ['the id of its reference', { rule: { id: 'B' } }],
  ])('finds the rule of a result by %s', (_, result) => {
    const rules = [
      { id: 'A', defaultConfiguration: { level: 'note' } },
      { ...ruleWith('9.8'), id: 'B' },
    ];
    expect(sarif([result], rules)).toEqual({ ...NOTHING, critical: 1 });
  });

  it('finds the rule of an extension of the tool, as CodeQL writes it', () => {
    const extensions = [{ name: 'pack', rules: [ruleWith('8.1')] }];
    const results = [{ ruleId: 'R', rule: { index: 0, toolComponent: { index: 0 } } }, { ruleId: 'R' }];
    expect(sarif(results, [], { tool: { driver: { name: 'CodeQL' }, extensions } })).toEqual({ ...NOTHING, high: 2 });
  });

  it('counts what is open only', () => {
    const closed = [
      { kind: 'pass' },
      { kind: 'notApplicable' },
      { baselineState: 'absent' },
      { suppressions: [{ kind: 'inSource' }] },
      { suppressions: [{ kind: 'external', status: 'accepted' }] },
    ];
    const open = [
      { kind: 'fail' },
      { baselineState: 'unchanged' },
      { suppressions: [{ status: 'rejected' }] },
      { suppressions: [] },
    ];
    expect(sarif([...closed, ...open])).toEqual({ ...NOTHING, medium: 4 });
  });

  it('of a run that failed, or found no list of results, is refused', () => {
    expect(() => sarif([], [], { invocations: [{ executionSuccessful: false }] })).toThrow('its run failed');
    expect(() => sarif([], [], { results: undefined })).toThrow('did not scan');
  });

  it('of a clean scan is zeros', () => {
    expect(sarif([], [], { invocations: [{ executionSuccessful: true }] })).toEqual(NOTHING);
  });
});

describe('CycloneDX', () => {
  it.each([
    [[{ severity: 'low' }, { severity: 'critical' }, { severity: 'none' }], 'critical'],
    [[{ severity: 'info' }], 'none'],
    [[{ score: 7.5, method: 'CVSSv31' }], 'high'],
    [[{ severity: 'unknown', score: 5 }], 'medium'],
    [[{ severity: 'unknown' }, { severity: 'low' }], 'low'],
    [[{}], 'unknown'],
    [[], 'unknown'],
    [undefined, 'unknown'],
  ])('with the ratings %j is %s', (ratings, severity) => {
    expect(cycloneDx([{ id: 'CVE-1', ratings }])).toEqual({ ...NOTHING, [severity]: 1 });
  });

  it('counts a vulnerability for each component that it affects, and not where the analysis closed it', () => {
    const ratings = [{ severity: 'high' }];
    const affects = [{ ref: 'a' }, { ref: 'b' }];
    const closed = ['resolved', 'resolved_with_pedigree', 'false_positive', 'not_affected'];
    expect(
      cycloneDx([
        { ratings, affects },
        { ratings, affects, analysis: { state: 'exploitable' } },
        ...closed.map((state) => ({ ratings, affects, analysis: { state } })),
      ]),
    ).toEqual({ ...NOTHING, high: 4 });
  });

  it('without vulnerabilities is zeros where it says so, and refused where it does not', () => {
    expect(cycloneDx([])).toEqual(NOTHING);
    expect(() => cycloneDx(undefined)).toThrow('was not scanned');
  });
});

describe('anything else is refused', () => {
  it.each(['{}', '[]', 'null', '{"bomFormat":"SPDX"}', '{"runs":{}}'])('%s', (text) => {
    expect(() => countFindings(text)).toThrow('neither a SARIF nor a CycloneDX');
  });

  it('what is no JSON', () => {
    expect(() => countFindings('<bom/>')).toThrow(SyntaxError);
  });
});

it('reads a report with a byte order mark, and sums up several', () => {
  const counts = countFindings(`\uFEFF${fixture('secretlint.sarif')}`);
  expect(sumOf([counts, counts])).toEqual({ ...NOTHING, high: 4 });
});
