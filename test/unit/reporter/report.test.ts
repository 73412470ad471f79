import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const REPORT = 'test/fixtures/reports/secretlint.sarif';

type Seen = { request: string; authorization: string | undefined; body: string };
type Answer = { status: number; body: unknown; headers?: Record<string, string> };
const GRANTED: Answer = { status: 200, body: { access_token: 'granted', expires_in: 3600 } };
const PASSED: Answer = { status: 200, body: { security_gate_passed: true } };
const HTML: Answer = {
  status: 200,
  body: '<!doctype html>\n<title>Log in</title>',
  headers: { 'content-type': 'text/html' },
};

const seen: Seen[] = [];
let tokenAnswer = GRANTED;
let countsAnswer = PASSED;
let origin = '';

const answerTo = (request: IncomingMessage): Answer | null => {
  if (request.url === '/oauth2/token') return tokenAnswer;
  if (request.url?.includes('/absent/')) return { status: 404, body: { title: 'Not found' } };
  return request.url?.includes('/dropped/') ? null : countsAnswer;
};
const server = createServer(async (request, response) => {
  const { method, url, headers } = request;
  seen.push({ request: `${method} ${url}`, authorization: headers.authorization, body: await text(request) });
  const answer = answerTo(request);
  if (answer === null) return void request.socket.destroy();
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
});
beforeEach(() => {
  tokenAnswer = GRANTED;
  countsAnswer = PASSED;
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  origin = `http://127.0.0.1:${address.port}`;
});
afterAll(() => void server.close());

const run = (args: string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    seen.length = 0;
    const options = { cwd: root, env: { PATH: process.env['PATH'], GATEBELL_API: `${origin}/api`, ...env } };
    const child = execFile(process.execPath, ['packages/reporter/report.mjs', ...args], options, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

const TOKEN = { GATEBELL_TOKEN: 'given' };
const machine = () => ({
  GATEBELL_TOKEN_URL: `${origin}/oauth2/token`,
  GATEBELL_CLIENT_ID: 'ci',
  GATEBELL_CLIENT_SECRET: 's:3',
});
const PUT = 'PUT /api/products/p1/observation_counts';

describe('the reporter', () => {
  it('sends the counts with the given token', async () => {
    const { code, out } = await run([REPORT, REPORT, '--product', 'p1'], TOKEN);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Security gate: passed') });
    const body = '{"critical":0,"high":4,"medium":0,"low":0,"none":0,"unknown":0}';
    expect(seen).toEqual([{ request: PUT, authorization: 'Bearer given', body }]);
  });

  it('sends the counts of the product that the environment has', async () => {
    await run([REPORT], { ...TOKEN, GATEBELL_PRODUCT: 'p1' });
    expect(seen).toMatchObject([{ request: PUT }]);
  });

  it('names the commit and the pipeline run that the environment has', async () => {
    const env = { ...TOKEN, CI_COMMIT_SHA: '9fceb02', CI_PIPELINE_URL: 'https://gitlab.example.org/p/-/pipelines/7' };
    await run([REPORT, '--product', 'p1'], env);
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({
      commit: '9fceb02',
      run_url: 'https://gitlab.example.org/p/-/pipelines/7',
    });
  });

  it('gets a token by client credentials, and never prints the secret', async () => {
    const { code, out, err } = await run([REPORT, '--product', 'p1'], machine());
    expect(code).toBe(0);
    expect(seen).toMatchObject([
      {
        request: 'POST /oauth2/token',
        authorization: `Basic ${Buffer.from('ci:s%3A3').toString('base64')}`,
        body: 'grant_type=client_credentials&scope=gatebell%2Fapi',
      },
      { request: PUT, authorization: 'Bearer granted' },
    ]);
    expect(out + err).not.toMatch(/s:3|s%3A3|granted/);
  });

  it.each([
    [true, 0],
    [null, 0],
    [false, 3],
  ])('exits with --fail-on-gate and a gate that is %s with %i', async (passed, code) => {
    countsAnswer = { status: 200, body: { security_gate_passed: passed } };
    expect(await run([REPORT, '--product', 'p1', '--fail-on-gate'], TOKEN)).toMatchObject({ code });
  });

  it('prints which severities exceed their threshold when the gate failed', async () => {
    const exceeded = [
      { severity: 'critical', count: 3, threshold: 0 },
      { severity: 'medium', count: 120, threshold: 100 },
    ];
    countsAnswer = { status: 200, body: { security_gate_passed: false, exceeded } };
    const { code, out } = await run([REPORT, '--product', 'p1'], TOKEN);
    const [, ...gate] = out.trimEnd().split('\n');
    expect(gate).toEqual(['Security gate: failed', '  critical: 3 (threshold: 0)', '  medium: 120 (threshold: 100)']);
    expect(code).toBe(0);
  });

  it('prints no more than the gate if the answer lists no severities', async () => {
    countsAnswer = { status: 200, body: { security_gate_passed: false, exceeded: [null, 1, { severity: 'high' }] } };
    const { code, out } = await run([REPORT, '--product', 'p1', '--fail-on-gate'], TOKEN);
    expect(out).toMatch(/\nSecurity gate: failed\n$/);
    expect(code).toBe(3);
  });

  it('only counts with --dry-run', async () => {
    expect(await run([REPORT, '--dry-run'])).toMatchObject({ code: 0, out: expect.stringContaining('"high":2') });
    expect(seen).toEqual([]);
  });

  it('sends nothing if one of the files is not a scan', async () => {
    const { code, err } = await run(
      [REPORT, 'test/fixtures/reports/retire-without-vex.cdx.json', '--product', 'p1'],
      TOKEN,
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^test\/fixtures\/reports\/retire-without-vex\.cdx\.json: .*was not scanned\n$/);
    expect(seen).toEqual([]);
  });

  it('prints the error of the API', async () => {
    expect(await run([REPORT, '--product', 'absent'], TOKEN)).toMatchObject({
      code: 1,
      err: expect.stringContaining('404'),
    });
  });

  it.each([[[]], [[REPORT]], [[REPORT, '--produkt', 'p1']], [['--product', 'p1']]])(
    'prints its usage: %j',
    async (args) => {
      expect(await run(args, TOKEN)).toMatchObject({
        code: 2,
        err: expect.stringContaining('gatebell-report FILE...'),
      });
    },
  );

  it('names the variable that is missing', async () => {
    const { code, err } = await run([REPORT, '--product', 'p1']);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/^GATEBELL_\w+ is not set/) });
  });
});

describe('the reporter with --fail-on-gate fails with one line that gives the reason', () => {
  const ARGUMENTS = [REPORT, '--product', 'p1', '--fail-on-gate'];
  const expectFailure = async (env: Record<string, string>, reason: RegExp, args = ARGUMENTS, code = 1) => {
    const { err, ...outcome } = await run(args, env);
    expect(outcome.code).toBe(code);
    expect(err).toMatch(/^[^\n]+\n$/);
    expect(err).toMatch(reason);
    expect(err + outcome.out).not.toMatch(/s:3|s%3A3|granted|given|Security gate/);
  };

  it.each([
    [{}],
    [{ security_gate_passed: 'true' }],
    [{ security_gate_passed: 1 }],
    [{ security_gate_passed: {} }],
    [null],
    [[]],
    [true],
  ])('where the answer has no gate: %j', async (body) => {
    countsAnswer = { status: 200, body };
    await expectFailure(TOKEN, /p1\/observation_counts has no security gate/);
  });

  it.each([
    [HTML, /answered 200 with text\/html instead of JSON/],
    [{ status: 200, body: '' }, /instead of JSON/],
    [{ status: 204, body: '' }, /instead of JSON/],
    [{ status: 302, body: '', headers: { location: '/login' } }, /302 from/],
    [{ status: 502, body: '<html>\n<h1>Bad gateway</h1>' }, /502 from .*Bad gateway/],
  ])('where the answer of the API is %j', async (answer, reason) => {
    countsAnswer = answer;
    await expectFailure(TOKEN, reason);
    expect(seen).toHaveLength(1);
  });

  it.each([
    [{ status: 200, body: {} }, /oauth2\/token has no usable token/],
    [{ status: 200, body: { access_token: '' } }, /no usable token/],
    [{ status: 200, body: { access_token: null } }, /no usable token/],
    [{ status: 200, body: { access_token: 'granted\n' } }, /no usable token/],
    [{ status: 200, body: 'access_token=granted' }, /instead of JSON/],
    [HTML, /instead of JSON/],
    [{ status: 302, body: '', headers: { location: '/api/elsewhere' } }, /302 from/],
    [{ status: 400, body: { error: 'invalid_client' } }, /400 from .*invalid_client/],
  ])('where the answer to the token request is %j', async (answer, reason) => {
    tokenAnswer = answer;
    await expectFailure(machine(), reason);
    expect(seen.map(({ request }) => request)).toEqual(['POST /oauth2/token']);
  });

  it('where there is no connection', async () => {
    // A reserved port that no service uses, and that fetch does not block.
    const closedPort = { GATEBELL_API: 'http://127.0.0.1:47/api' };
    await expectFailure({ ...TOKEN, ...closedPort }, /no answer from http:\/\/127\.0\.0\.1:47.*ECONNREFUSED/);
    await expectFailure({ ...machine(), GATEBELL_TOKEN_URL: 'http://127.0.0.1:47' }, /^No token.*ECONNREFUSED/);
  });

  it('where the connection breaks', async () => {
    await expectFailure(TOKEN, /no answer from/, [REPORT, '--product', 'dropped', '--fail-on-gate']);
  });

  it.each(['gatebell.example.org/api', 'ftp://gatebell.example.org', 'https://ci:s:3@gatebell.example.org'])(
    'where the address is %s',
    async (address) => {
      await expectFailure(
        { ...TOKEN, GATEBELL_API: address },
        /^GATEBELL_API must be an http or https URL/,
        ARGUMENTS,
        2,
      );
    },
  );

  it('where the token could not be sent', async () => {
    await expectFailure({ GATEBELL_TOKEN: 'given\nX-Header: 1' }, /^GATEBELL_TOKEN has no usable token/);
  });

  it.each(['test/fixtures/reports/absent.sarif', 'test/fixtures/reports'])('where the file is %s', async (file) => {
    await expectFailure(TOKEN, new RegExp(`^${file}: E`), [REPORT, file, '--product', 'p1', '--fail-on-gate']);
    expect(seen).toEqual([]);
  });
});

it('trims the token, which often ends with a new line', async () => {
  expect(await run([REPORT, '--product', 'p1'], { GATEBELL_TOKEN: 'given\n' })).toMatchObject({ code: 0 });
  expect(seen).toMatchObject([{ request: PUT, authorization: 'Bearer given' }]);
});

describe('--allow-empty', () => {
  it('says that a scan found nothing', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gatebell-report-'));
    const file = join(directory, 'grype.cdx.json');
    writeFileSync(file, JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', vulnerabilities: [] }));
    expect(await run([file, '--product', 'p1'], TOKEN)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^[^\n]+--allow-empty[^\n]+\n$/),
    });
    expect(seen).toEqual([]);
    expect(await run([file, '--product', 'p1', '--allow-empty'], TOKEN)).toMatchObject({ code: 0 });
    expect(seen).toMatchObject([{ request: PUT, body: expect.stringContaining('"critical":0,"high":0') }]);
    rmSync(directory, { recursive: true });
  });
});

it('does not take --fail-on-gate with --dry-run, which asks for no gate', async () => {
  expect(await run([REPORT, '--product', 'p1', '--dry-run', '--fail-on-gate'], TOKEN)).toMatchObject({
    code: 2,
    out: '',
  });
});

describe('examples/curl.sh', () => {
  const curl = (): Promise<number | null> => {
    seen.length = 0;
    const env = {
      PATH: process.env['PATH'],
      GATEBELL_API: `${origin}/api`,
      GATEBELL_PRODUCT: 'p1',
      ...machine(),
      GATEBELL_CLIENT_SECRET: 'secret',
    };
    return new Promise((resolve) => {
      const child = execFile('bash', ['examples/curl.sh', '{"critical":1}'], { cwd: root, env }, () =>
        resolve(child.exitCode),
      );
    });
  };

  it('fails where there is no token, or the answer has no gate', async () => {
    tokenAnswer = { status: 200, body: {} };
    expect(await curl()).toBe(1);
    expect(seen.map(({ request }) => request)).toEqual(['POST /oauth2/token']);
    tokenAnswer = GRANTED;
    countsAnswer = HTML;
    expect(await curl()).toBe(1);
    expect(seen).toHaveLength(2);
  });

  it('gets a token and puts the counts', async () => {
    expect(await curl()).toBe(0);
    expect(seen).toMatchObject([
      { request: 'POST /oauth2/token', authorization: `Basic ${btoa('ci:secret')}` },
      { request: PUT, authorization: 'Bearer granted', body: '{"critical":1}' },
    ]);
  });
});
