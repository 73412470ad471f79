#!/usr/bin/env node
// @ts-check
/** Reports what scanners found to Gatebell: see README.md beside this file. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { putCounts, refusal } from './client.mjs';
import { countFindings, sumOf } from './counts.mjs';

const USAGE = `gatebell-report FILE... --product ID [--fail-on-gate] [--allow-empty]
gatebell-report FILE... --dry-run [--allow-empty]

Counts the findings of SARIF, CycloneDX and OCSF reports, and reports them to Gatebell.
  --dry-run               only counts
  --fail-on-gate          ends with 3 where the security gate failed
  --allow-empty           says that the scanner did scan where its list of vulnerabilities is empty
  GATEBELL_API            the API's address, such as https://gatebell.example.org/api
  GATEBELL_TOKEN          a bearer token; or, for a token by client credentials:
  GATEBELL_TOKEN_URL, GATEBELL_CLIENT_ID, GATEBELL_CLIENT_SECRET [, GATEBELL_SCOPE: gatebell/api]
Ends with 0; with 1 when something failed; with 2 on wrong use; with 3 when the gate failed, with --fail-on-gate.`;

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
  const { product } = values;
  if (files.length === 0) return wrongUse('No file is given');
  if (!product && !values['dry-run']) return wrongUse('--product is missing');
  // A job that is told to heed the gate must not end well without asking for it.
  if (values['dry-run'] && values['fail-on-gate']) return wrongUse('--dry-run asks for no gate that could fail');
  const counts = sumOf(files.map((file) => countsIn(file, values['allow-empty'] === true)));
  console.log(JSON.stringify(counts));
  if (values['dry-run'] || !product) return;
  const passed = await putCounts(process.env, product, counts);
  console.log(`Security gate: ${passed === null ? 'none' : passed ? 'passed' : 'failed'}`);
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
