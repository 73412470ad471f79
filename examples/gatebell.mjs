// @ts-check
/**
 * Reports exceptions to Gatebell. Copy this file: it needs Node 18 and no package.
 *
 * Takes GATEBELL_API, GATEBELL_TOKEN_URL, GATEBELL_CLIENT_ID, and GATEBELL_CLIENT_SECRET, or a GATEBELL_TOKEN. Reporting never
 * throws and never waits. What can't be sent is logged and dropped.
 *
 *     createServer(reporting(handler));                  // a request of node:http
 *     app.use(reportingErrors);                          // Express, after all routes
 *     const run = task('nightly-import', importScan);    // a worker's task
 */

const TIMEOUT_MS = 5_000;
const MOST_WAITING = 100;
let waiting = 0;
/** @type {{ value: Promise<{ access_token: string, expires_in?: number }>, until: number } | null} */
let token = null;

/** @param {string} name */
const variable = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

/** Redirects are refused: one would carry the token to another host. @param {string} url @param {RequestInit} request */
const post = async (url, request) => {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { method: 'POST', redirect: 'error', signal, ...request });
  const text = await response.text();
  if (!response.ok) throw Object.assign(new Error(`${response.status} ${text}`), { status: response.status });
  return JSON.parse(text);
};

const askForToken = async () => {
  const client = `${variable('GATEBELL_CLIENT_ID')}:${variable('GATEBELL_CLIENT_SECRET')}`;
  return post(variable('GATEBELL_TOKEN_URL'), {
    headers: { authorization: `Basic ${Buffer.from(client).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'gatebell/exceptions' }),
  });
};

/** Stored until a minute before it expires; reports that come meanwhile wait for the same. */
const storeToken = async () => {
  const stored = { value: askForToken(), until: Number.POSITIVE_INFINITY };
  token = stored;
  try {
    stored.until = Date.now() + (((await stored.value).expires_in ?? 0) - 60) * 1000;
  } catch {
    stored.until = 0;
  }
};

const fetchToken = async () => {
  if (process.env['GATEBELL_TOKEN']) return process.env['GATEBELL_TOKEN'];
  if (!token || Date.now() >= token.until) void storeToken();
  return (await token?.value)?.access_token;
};

/** @param {object} body */
const send = async (body) => {
  const headers = { authorization: `Bearer ${await fetchToken()}`, 'content-type': 'application/json' };
  await post(`${variable('GATEBELL_API')}/exceptions`, { headers, body: JSON.stringify(body) });
};

/** @param {object} body */
const sendAgainAfter401 = (body) =>
  send(body).catch((error) => {
    if (error.status !== 401) throw error;
    // The token was revoked, or the key was changed.
    token = null;
    return send(body);
  });

/**
 * Sends an exception in the background; a process that ends by itself waits for it.
 *
 * @param {unknown} error
 * @param {{ function: string, arguments?: object | null, type?: 'exception' | 'task', user?: string | null }} about
 */
export const report = (error, about) => {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const name = thrown.name === 'Error' ? thrown.constructor.name : thrown.name;
  const drop = (/** @type {unknown} */ reason) => console.warn(`Gatebell was not notified of ${name}: ${reason}`);
  if (waiting >= MOST_WAITING) return drop('too many reports wait');
  waiting += 1;
  sendAgainAfter401({ exception_class: name, message: thrown.message, trace: thrown.stack, ...about })
    .catch(drop)
    .finally(() => {
      waiting -= 1;
    });
};

/**
 * A handler of `node:http` that reports what a request throws, and answers it with 500.
 *
 * @param {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => unknown} handler
 * @returns {import('node:http').RequestListener}
 */
export const reporting = (handler) => async (request, response) => {
  try {
    await handler(request, response);
  } catch (error) {
    const [path] = (request.url ?? '').split('?');
    report(error, { function: `${request.method} ${path}` });
    if (!response.headersSent) response.statusCode = 500;
    response.end();
  }
};

/**
 * An error handler of Express that reports what a route throws, and leaves the answer to the next one.
 *
 * @param {unknown} error @param {{ method: string, path: string }} request @param {unknown} _response @param {(error: unknown) => void} next
 */
export const reportingErrors = (error, request, _response, next) => {
  report(error, { function: `${request.method} ${request.path}` });
  next(error);
};

/**
 * A task that reports what it throws, and throws it again for the worker.
 *
 * @template {unknown[]} A @template R
 * @param {string} name @param {(...values: A) => R | Promise<R>} work
 * @returns {(...values: A) => Promise<R>}
 */
export const task =
  (name, work) =>
  async (...values) => {
    try {
      return await work(...values);
    } catch (error) {
      report(error, { type: 'task', function: name, arguments: { arguments: values } });
      throw error;
    }
  };
