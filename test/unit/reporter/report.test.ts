import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const REPORT = 'test/fixtures/reports/secretlint.sarif';

type Seen = { request: string; authorization: string | undefined; body: string };
const seen: Seen[] = [];
let gate: boolean | null = true;
let origin = '';

const answerTo = (request: IncomingMessage): { status: number; body: object } => {
  if (request.url === '/oauth2/token') return { status: 200, body: { access_token: 'granted', expires_in: 3600 } };
  if (request.url?.includes('/absent/')) return { status: 404, body: { title: 'Not found' } };
  return { status: 200, body: { security_gate_passed: gate } };
};
const server = createServer(async (request, response) => {
  const { method, url, headers } = request;
  seen.push({ request: `${method} ${url}`, authorization: headers.authorization, body: await text(request) });
  const { status, body } = answerTo(request);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
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
    const child = execFile(process.execPath, ['reporter/report.mjs', ...args], options, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

const TOKEN = { GATEBELL_TOKEN: 'given' };
const PUT = 'PUT /api/products/p1/observation_counts';

describe('the reporter', () => {
  it('puts the counts, with the token that is given', async () => {
    const { code, out } = await run([REPORT, REPORT, '--product', 'p1'], TOKEN);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Security gate: passed') });
    const body = '{"critical":0,"high":4,"medium":0,"low":0,"none":0,"unknown":0}';
    expect(seen).toEqual([{ request: PUT, authorization: 'Bearer given', body }]);
  });

  it('gets a token by client credentials, and never prints the secret', async () => {
    const machine = {
      GATEBELL_TOKEN_URL: `${origin}/oauth2/token`,
      GATEBELL_CLIENT_ID: 'ci',
      GATEBELL_CLIENT_SECRET: 's:3',
    };
    const { code, out, err } = await run([REPORT, '--product', 'p1'], machine);
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
  ])('ends, asked to heed a gate that is %s, with %i', async (passed, code) => {
    gate = passed;
    expect(await run([REPORT, '--product', 'p1', '--fail-on-gate'], TOKEN)).toMatchObject({ code });
  });

  it('only counts with --dry-run', async () => {
    expect(await run([REPORT, '--dry-run'])).toMatchObject({ code: 0, out: expect.stringContaining('"high":2') });
    expect(seen).toEqual([]);
  });

  it('reports nothing where one of the files is no scan', async () => {
    const { code, err } = await run(
      [REPORT, 'test/fixtures/reports/retire-without-vex.cdx.json', '--product', 'p1'],
      TOKEN,
    );
    expect(code).toBe(1);
    expect(err).toMatch(/^test\/fixtures\/reports\/retire-without-vex\.cdx\.json: .*was not scanned\n$/);
    expect(seen).toEqual([]);
  });

  it('says what the API refused', async () => {
    expect(await run([REPORT, '--product', 'absent'], TOKEN)).toMatchObject({
      code: 1,
      err: expect.stringContaining('404'),
    });
  });

  it.each([[[]], [[REPORT]], [[REPORT, '--produkt', 'p1']], [['--product', 'p1']]])(
    'tells how it is used: %j',
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

describe('examples/curl.sh', () => {
  it('gets a token and puts the counts', async () => {
    seen.length = 0;
    const env = {
      PATH: process.env['PATH'],
      GATEBELL_API: `${origin}/api`,
      GATEBELL_PRODUCT: 'p1',
      GATEBELL_TOKEN_URL: `${origin}/oauth2/token`,
      GATEBELL_CLIENT_ID: 'ci',
      GATEBELL_CLIENT_SECRET: 'secret',
    };
    const code = await new Promise((resolve) => {
      const child = execFile('bash', ['examples/curl.sh', '{"critical":1}'], { cwd: root, env }, () =>
        resolve(child.exitCode),
      );
    });
    expect(code).toBe(0);
    expect(seen).toMatchObject([
      { request: 'POST /oauth2/token', authorization: `Basic ${btoa('ci:secret')}` },
      { request: PUT, authorization: 'Bearer granted', body: '{"critical":1}' },
    ]);
  });
});
