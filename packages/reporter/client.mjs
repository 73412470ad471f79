// @ts-check
/** Calls the token endpoint and Gatebell's API. Any unexpected answer is a refusal, never a pass. */
import { fieldsOf } from './fields.mjs';
import { pipelineIn } from './pipeline.mjs';
import { SEVERITIES } from './severity.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */
/** @typedef {Readonly<Record<string, string | undefined>>} Environment */

/** An error whose message is all that the user needs. @param {string} message @param {number} exitCode 1: it failed; 2: wrong use */
export const refusal = (message, exitCode = 1) => Object.assign(new Error(message), { exitCode });

/** @param {Environment} env @param {string} name */
const variable = (env, name) => {
  const value = env[name]?.trim();
  if (!value) throw refusal(`${name} is not set (--help lists the variables)`, 2);
  return value;
};

/** @param {Environment} env @param {string} name */
const addressIn = (env, name) => {
  const value = variable(env, name);
  const url = parseUrl(value);
  if (!url) throw refusal(`${name} must be an http or https URL without credentials`, 2);
  return url.href.replace(/\/$/, '');
};

/** @param {string} value */
const parseUrl = (value) => {
  try {
    const url = new URL(value);
    return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url : null;
  } catch {
    return null;
  }
};

/** A token that fits in a header: otherwise the error of fetch would print it. @param {unknown} token @param {string} source */
const checkToken = (token, source) => {
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) throw refusal(`${source} has no usable token`);
  return token;
};

/** The reason for a missing answer, such as ECONNREFUSED. @param {unknown} error */
const causeOf = (error) => {
  const { name, message, cause } = error instanceof Error ? error : new Error(String(error));
  if (name === 'TimeoutError') return 'no answer in time';
  const { code, message: detail } = fieldsOf(cause);
  return String(code ?? detail ?? message);
};

/**
 * Redirects are not followed: fetch would turn the PUT into a GET, and a login page would answer it.
 *
 * @param {string} problem for messages @param {string} address @param {RequestInit} request
 * @returns {Promise<import('./fields.mjs').Fields>} the JSON of the answer
 */
const call = async (problem, address, request) => {
  let response;
  let text;
  try {
    response = await fetch(address, { ...request, redirect: 'manual' });
    text = await response.text();
  } catch (error) {
    throw refusal(`${problem}: no answer from ${address} (${causeOf(error)})`);
  }
  if (!response.ok) throw refusal(`${problem}: ${response.status} from ${address}: ${text.slice(0, 500)}`);
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    const type = response.headers.get('content-type') ?? 'nothing';
    throw refusal(`${problem}: ${address} answered ${response.status} with ${type} instead of JSON; check the address`);
  }
};

/** As Cognito and most providers require: RFC 6749, section 4.4, with the secret in the header. @param {Environment} env @returns {Promise<string>} */
const fetchToken = async (env) => {
  if (env['GATEBELL_TOKEN']) return checkToken(env['GATEBELL_TOKEN'].trim(), 'GATEBELL_TOKEN');
  const address = addressIn(env, 'GATEBELL_TOKEN_URL');
  const credentials = ['GATEBELL_CLIENT_ID', 'GATEBELL_CLIENT_SECRET'].map((name) =>
    encodeURIComponent(variable(env, name)),
  );
  const answer = await call('No token', address, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials.join(':')).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: env['GATEBELL_SCOPE'] ?? 'gatebell/api',
    }),
    signal: AbortSignal.timeout(30_000),
  });
  return checkToken(answer['access_token'], `No token: the answer of ${address}`);
};

/** @typedef {Readonly<{ severity: string, count: number, threshold: number }>} Exceeded a severity whose count is above its threshold */

/** The entries that have all fields; only the gate itself decides on the exit code. @param {unknown} value @returns {readonly Exceeded[]} */
const exceededIn = (value) =>
  (Array.isArray(value) ? value : []).flatMap((entry) => {
    const { severity, count, threshold } = fieldsOf(entry);
    const known = SEVERITIES.find((name) => name === severity);
    return known && typeof count === 'number' && typeof threshold === 'number'
      ? [{ severity: known, count, threshold }]
      : [];
  });

/**
 * Sends the counts of a product, with the commit and the pipeline run if the environment names them.
 *
 * @param {Environment} env @param {string} product its id @param {Counts} counts
 * @returns {Promise<Readonly<{ passed: boolean | null, exceeded: readonly Exceeded[] }>>} `passed`: null if the product has no gate
 * @throws a refusal if the counts weren't accepted or the answer has no gate
 */
export const putCounts = async (env, product, counts) => {
  const address = `${addressIn(env, 'GATEBELL_API')}/products/${encodeURIComponent(product)}/observation_counts`;
  const { security_gate_passed: passed, exceeded } = await call('Gatebell did not accept the counts', address, {
    method: 'PUT',
    headers: { authorization: `Bearer ${await fetchToken(env)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...counts, ...pipelineIn(env) }),
    signal: AbortSignal.timeout(40_000),
  });
  if (passed === true || passed === false || passed === null) return { passed, exceeded: exceededIn(exceeded) };
  throw refusal(`The answer of ${address} has no security gate: is GATEBELL_API the address of Gatebell's API?`);
};
