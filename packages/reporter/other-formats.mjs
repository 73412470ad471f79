// @ts-check
/** Recognizes scanners' formats that aren't supported, to name the option for a supported one. */

/** @typedef {import('./fields.mjs').Fields} Fields */

/** What the format is, the keys that show it, and the option. @type {readonly (readonly [string, readonly string[], string])[]} */
const FORMATS = [
  ['ASFF', ['SchemaVersion', 'ProductArn'], 'Prowler: `--output-formats json-ocsf`; Security Hub: `get-findings-v2`'],
  ['Trivy JSON', ['SchemaVersion', 'ArtifactName'], '`--format sarif`'],
  ['Grype JSON', ['matches', 'descriptor'], '`-o sarif`'],
  ['Semgrep JSON', ['results', 'errors', 'paths'], '`--sarif`'],
  ['Bandit JSON', ['results', 'errors', 'metrics'], '`-f sarif`'],
  ['Snyk JSON', ['vulnerabilities', 'packageManager'], '`--sarif`'],
  ['Checkov JSON', ['check_type', 'results'], '`-o sarif`'],
  ['Gitleaks JSON', ['RuleID', 'Secret'], '`--report-format sarif`'],
  ['ESLint JSON', ['filePath', 'messages'], '`-f @microsoft/eslint-formatter-sarif`'],
  ['dependency-check JSON', ['reportSchema', 'dependencies'], '`--format SARIF`'],
  [
    'Dependency-Track findings JSON',
    ['findings', 'meta', 'project'],
    'its CycloneDX export with `variant=withVulnerabilities`',
  ],
  ['npm audit JSON', ['auditReportVersion', 'metadata'], '`osv-scanner --format sarif` on package-lock.json'],
  ['an SPDX list of parts', ['spdxVersion'], 'scan it: `grype sbom:FILE -o sarif`'],
  ['a scanner-specific JSON', ['results'], 'its SARIF form; tfsec and osv-scanner: `--format sarif`'],
];

/** @param {Fields} report @returns {string} what it is and what to do, where that is known */
export const describeFormat = (report) => {
  const [name, , option] = FORMATS.find(([, keys]) => keys.every((key) => key in report)) ?? [];
  return name === undefined ? '' : `: it is ${name} (use ${option})`;
};
