import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { countFindings, sumOf } from '../../../packages/reporter/counts.mjs';

const NOTHING = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const fixture = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures/reports', name), 'utf8');

describe('reports of real scanners (test/fixtures/reports/README.md)', () => {
  it.each([
    ['eslint-security.sarif', { high: 1, medium: 6 }],
    ['secretlint.sarif', { high: 2 }],
    ['retire.cdx.json', { high: 1, medium: 1, low: 1 }],
  ])('%s', (name, counts) => {
    expect(countFindings(fixture(name))).toEqual({ ...NOTHING, ...counts });
  });

  it('that list parts only are refused, with the option that scans', () => {
    expect(() => countFindings(fixture('retire-without-vex.cdx.json'))).toThrow(
      /retire: `--outputformat cyclonedxJSON1_6_VEX`.* was not scanned/,
    );
  });
});

describe('the bytes of a report', () => {
  const text = fixture('secretlint.sarif');
  const utf16le = Buffer.from(text, 'utf16le');

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 with a byte order mark, as PowerShell writes it', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 without one', utf16le],
    ['UTF-16, big endian', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['UTF-16, big endian, without a byte order mark', Buffer.from(utf16le).swap16()],
    ['gzip', gzipSync(text)],
  ])('may be %s', (_, bytes) => {
    expect(countFindings(bytes)).toEqual({ ...NOTHING, high: 2 });
  });

  it('may be a text with a byte order mark', () => {
    expect(countFindings(`\uFEFF${text}`)).toEqual({ ...NOTHING, high: 2 });
  });

  it.each([
    ['', 'The file is empty'],
    [' \n', 'The file is empty'],
    ['<bom/>', 'XML or HTML'],
    ['<!doctype html>', 'XML or HTML'],
    ['Scanning…', 'not whole JSON'],
    [text.slice(0, -10), 'not whole JSON'],
    [gzipSync(text).subarray(0, 100), 'unexpected end of file'],
  ])('are refused where they are no JSON: %#', (content, message) => {
    expect(() => countFindings(content)).toThrow(message);
  });

  it.each([
    [
      '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"level":"error"}],"results":[]}]}',
      'results',
    ],
    ['{"bomFormat":"CycloneDX","a":[{"b":"}"},1],"vulnerabilities":[{}],"vulnerabilities":[]}', 'vulnerabilities'],
    [String.raw`{"a":{"\\\"":1,"b":2,"\u0062":3}}`, 'b'],
  ])('are refused where a key is there twice, as only the last would count: %s', (content, key) => {
    expect(() => countFindings(content)).toThrow(`The key \`${key}\` is there twice`);
  });

  it('may have the same key in several objects, and texts that look like keys', () => {
    const tool = { driver: { name: 'x', properties: { a: { b: 1 }, b: ['a', 'a', '"a":', '\\'], c: 'a' } } };
    const runs = [{ tool, results: [{ level: 'error' }, { level: 'error' }] }];
    expect(countFindings(JSON.stringify({ version: '2.1.0', runs }))).toEqual({ ...NOTHING, high: 2 });
  });
});

describe('anything else is refused', () => {
  it.each(['{}', '[]', 'null', '0', '"SARIF"', '[[]]', '{"bomFormat":"SPDX"}', '{"runs":{}}', '{"runs":null}'])(
    '%s',
    (text) => {
      for (const allowEmpty of [false, true]) {
        expect(() => countFindings(text, { allowEmpty })).toThrow('neither a SARIF nor a CycloneDX nor an OCSF report');
      }
    },
  );

  it.each([
    ['Trivy', { SchemaVersion: 2, ArtifactName: 'x', Results: [] }, '--format sarif'],
    ['Grype', { matches: [], source: {}, descriptor: {} }, '-o sarif'],
    ['Semgrep', { results: [], errors: [], paths: {}, version: '1.0.0' }, '--sarif'],
    ['Bandit', { results: [], errors: [], metrics: {} }, '-f sarif'],
    ['Snyk', { vulnerabilities: [], packageManager: 'npm', ok: true }, '--sarif'],
    ['Checkov', { check_type: 'terraform', results: {} }, '-o sarif'],
    ['Gitleaks', [{ RuleID: 'x', Secret: 'y' }], '--report-format sarif'],
    ['ESLint', [{ filePath: '/a.js', messages: [] }], '-f @microsoft/eslint-formatter-sarif'],
    ['dependency-check', { reportSchema: '1.1', dependencies: [] }, '--format SARIF'],
    ['Dependency-Track', { version: '1.2', meta: {}, project: {}, findings: [] }, 'variant=withVulnerabilities'],
    ['ASFF', { Findings: [{ SchemaVersion: '2018-10-08', ProductArn: 'arn' }] }, '--output-formats json-ocsf'],
    ['tfsec', { results: null }, '--format sarif'],
  ])('the own JSON of a scanner, with the option that mends it: %s', (name, report, option) => {
    const message = expect.objectContaining({ message: expect.stringMatching(new RegExp(`${name}.*${option}`)) });
    expect(() => countFindings(JSON.stringify(report))).toThrow(message);
  });
});

it('sums up several reports', () => {
  const counts = countFindings(fixture('secretlint.sarif'));
  expect(sumOf([counts, counts])).toEqual({ ...NOTHING, high: 4 });
  expect(sumOf([])).toEqual(NOTHING);
});
