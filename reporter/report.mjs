#!/usr/bin/env node
// @ts-check
/** Tells Gatebell what scanners found: see README.md beside this file. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { countFindings, sumOf } from './counts.mjs';

const USAGE = `gatebell-report FILE... --product ID [--fail-on-gate] [--dry-run]

Counts the findings of SARIF and CycloneDX reports, and reports them to Gatebell.
  GATEBELL_API            the API's address, such as https://gatebell.example.org/api
  GATEBELL_TOKEN          a bearer token; or, for a token by client credentials:
  GATEBELL_TOKEN_URL, GATEBELL_CLIENT_ID, GATEBELL_CLIENT_SECRET [, GATEBELL_SCOPE: gatebell/api]
Ends with 0; with 1 when something failed; with 2 on wrong use; with 3 when the gate failed, with --fail-on-gate.`;

/** A failure that is told without a trace. */
class Refusal extends Error {
  /** @param {string} message @param {number} exitCode */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** @param {string} name */
const variable = (name) => {
  const value = process.env[name];
  if (!value) throw new Refusal(`${name} is not set\n\n${USAGE}`, 2);
  return value;
};

/** What a server said: its JSON, or a refusal that quotes it. @param {Response} response @param {string} what */
const answerOf = async (response, what) => {
  const text = await response.text();
  if (!response.ok) throw new Refusal(`${what}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text);
};

/** As Cognito and most providers want it: RFC 6749, section 4.4, with the secret in the header. */
const fetchToken = async () => {
  if (process.env['GATEBELL_TOKEN']) return process.env['GATEBELL_TOKEN'];
  const credentials = `${encodeURIComponent(variable('GATEBELL_CLIENT_ID'))}:${encodeURIComponent(variable('GATEBELL_CLIENT_SECRET'))}`;
  const response = await fetch(variable('GATEBELL_TOKEN_URL'), {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: process.env['GATEBELL_SCOPE'] ?? 'gatebell/api',
    }),
    signal: AbortSignal.timeout(30_000),
  });
  const { access_token: token } = await answerOf(response, 'No token');
  return String(token);
};

/** @param {string} file */
const countsIn = (file) => {
  try {
    return countFindings(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Refusal(`${file}: ${error instanceof Error ? error.message : error}`);
  }
};

/** @param {string} product @param {import('./counts.mjs').Counts} counts */
const report = async (product, counts) => {
  const api = variable('GATEBELL_API').replace(/\/$/, '');
  const response = await fetch(`${api}/products/${encodeURIComponent(product)}/observation_counts`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${await fetchToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify(counts),
    signal: AbortSignal.timeout(40_000),
  });
  return await answerOf(response, 'Gatebell did not take the counts');
};

const readArguments = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        product: { type: 'string' },
        'fail-on-gate': { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error}\n\n${USAGE}`, 2);
  }
};

const main = async () => {
  const { values, positionals: files } = readArguments();
  if (values.help) return console.log(USAGE);
  const { product } = values;
  if (files.length === 0 || (product === undefined && !values['dry-run'])) throw new Refusal(USAGE, 2);
  const counts = sumOf(files.map(countsIn));
  console.log(JSON.stringify(counts));
  if (values['dry-run'] || product === undefined) return;
  const { security_gate_passed: passed } = await report(product, counts);
  console.log(`Security gate: ${passed === null ? 'none' : passed ? 'passed' : 'failed'}`);
  if (values['fail-on-gate'] && passed === false) process.exitCode = 3;
};

try {
  await main();
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = error instanceof Refusal ? error.exitCode : 1;
}
