#!/usr/bin/env node
// @ts-check
/** Sends the finding counts of scanner reports to Gatebell: see README.md beside this file. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { putCounts, refusal } from './client.mjs';
import { countFindings, sumOf } from './counts.mjs';

const USAGE = `gatebell-report FILE... [--product ID] [--fail-on-gate] [--allow-empty]
gatebell-report FILE... --dry-run [--allow-empty]

Counts the findings in SARIF, CycloneDX, and OCSF reports and sends the counts to Gatebell.
  --product ID            default: GATEBELL_PRODUCT
  --dry-run               print the counts and send nothing
  --fail-on-gate          exit with 3 if the security gate failed
  --allow-empty           accept an empty list of vulnerabilities as the result of a scan
  GATEBELL_API            address of the API, such as https://gatebell.example.org/api
  GATEBELL_TOKEN          a bearer token; or, to get one with client credentials:
  GATEBELL_TOKEN_URL, GATEBELL_CLIENT_ID, GATEBELL_CLIENT_SECRET [, GATEBELL_SCOPE: gatebell/api]
  GATEBELL_COMMIT, GATEBELL_RUN_URL
                          what the product's history shows; known by itself in GitHub Actions, GitLab CI, Azure
                          Pipelines, Bitbucket Pipelines, CircleCI, and Jenkins
Exit codes: 0 success, 1 failure, 2 wrong arguments, 3 the gate failed (with --fail-on-gate).`;

/** @param {string} problem */
const wrongUse = (problem) => {
  console.error(`${problem}\n\n${USAGE}`);
  process.exitCode = 2;
};

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();

/** @param {string} file @param {boolean} allowEmpty */
const countsIn = (file, allowEmpty) => {
  try {
    return countFindings(readFileSync(file), { allowEmpty });
  } catch (error) {
    throw refusal(`${file}: ${messageOf(error)}`);
  }
};

const readArguments = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      product: { type: 'string' },
      'fail-on-gate': { type: 'boolean', default: false },
      'allow-empty': { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });

/** @param {ReturnType<typeof readArguments>} given */
const main = async ({ values, positionals: files }) => {
  if (values.help) return console.log(USAGE);
  const product = values.product ?? process.env['GATEBELL_PRODUCT'];
  if (files.length === 0) return wrongUse('Missing FILE');
  if (!product && !values['dry-run']) return wrongUse('Missing --product or GATEBELL_PRODUCT');
  // A job with --fail-on-gate must not succeed without a gate result.
  if (values['dry-run'] && values['fail-on-gate']) return wrongUse('--fail-on-gate has no effect with --dry-run');
  const counts = sumOf(files.map((file) => countsIn(file, values['allow-empty'] === true)));
  console.log(JSON.stringify(counts));
  if (values['dry-run'] || !product) return;
  const { passed, exceeded } = await putCounts(process.env, product, counts);
  console.log(`Security gate: ${passed === null ? 'none' : passed ? 'passed' : 'failed'}`);
  if (passed === false)
    for (const { severity, count, threshold } of exceeded)
      console.log(`  ${severity}: ${count} (threshold: ${threshold})`);
  if (values['fail-on-gate'] && passed === false) process.exitCode = 3;
};

/** @returns {ReturnType<typeof readArguments> | null} */
const argumentsOrNull = () => {
  try {
    return readArguments();
  } catch (error) {
    wrongUse(messageOf(error));
    return null;
  }
};

const given = argumentsOrNull();
try {
  if (given) await main(given);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = error instanceof Error && 'exitCode' in error ? Number(error.exitCode) : 1;
}
