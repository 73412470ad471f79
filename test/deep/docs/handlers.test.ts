/** The handlers of docs/integrate.md, as they stand in examples/, in programs that use them as their heads say. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorsAt } from '../../openapi-checker.ts';

const examples = join(import.meta.dirname, '../../../examples');

const NODE = `
import { createServer } from 'node:http';
import { report, reporting, task } from '${join(examples, 'gatebell.mjs')}';
class ParseError extends Error {}
const server = createServer(reporting(() => { throw new ParseError('line 7'); })).listen(0, '127.0.0.1', async () => {
  const answer = await fetch('http://127.0.0.1:' + server.address().port + '/import?scan=7');
  console.log('answered', answer.status);
  server.close();
  await task('nightly', (run) => { throw new RangeError('run ' + run); })(4711).catch((error) => console.log('raised', error.message));
  if (process.env.FLOOD) for (let i = 0; i < 200; i++) report(new Error('flood'), { function: 'flood' });
  console.log('done');
});
`;

const PYTHON = `
import os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, '${examples}')
from gatebell import report, reporting, task
class ParseError(Exception): pass
def app(environ, start_response): raise ParseError('line 7')
try:
    reporting(app)({'REQUEST_METHOD': 'GET', 'PATH_INFO': '/import'}, None)
except ParseError:
    print('answered 500')
@task
def nightly(run): raise IndexError(f'run {run}')
try:
    nightly(4711)
except IndexError as error:
    print('raised', error)
if 'FLOOD' in os.environ:
    for i in range(200): report(Exception('flood'), 'flood')
print('done')
`;

/** What frameworks do with what a request throws: Express passes it on, Flask and Django log it. */
const EXPRESS = `
import { reportingErrors } from '${join(examples, 'gatebell.mjs')}';
reportingErrors(new RangeError('line 7'), { method: 'GET', path: '/import' }, {}, (error) => console.log('next', error.message));
`;

const LOGGED = `
import logging, sys
sys.dont_write_bytecode = True
sys.path.insert(0, '${examples}')
from gatebell import LogHandler
logging.getLogger().addHandler(LogHandler())
logging.getLogger('flask.app').error('no exception')
try:
    raise IndexError('line 7')
except IndexError:
    logging.getLogger('flask.app').exception('Exception on /import [GET]')
print('next line 7')
`;

const LANGUAGES = [
  { language: 'Node', command: [process.execPath, '--input-type=module', '--eval', NODE], error: 'RangeError' },
  { language: 'Python', command: ['python3', '-c', PYTHON], error: 'IndexError' },
] as const;

const reportSchema = z.looseObject({
  exception_class: z.string(),
  message: z.string(),
  function: z.string(),
  trace: z.string(),
  arguments: z.unknown().optional(),
  type: z.string().optional(),
});

type Call = { readonly path: string; readonly authorization: string; readonly body: string };
const calls: Call[] = [];
let tokens = 0;
let statuses: number[] = [];
let hangs = false;

const answerTo = ({ url }: IncomingMessage): { status: number; body: object } =>
  url === '/token'
    ? { status: 200, body: { access_token: `t${++tokens}`, expires_in: 3600 } }
    : { status: statuses.shift() ?? 201, body: { result: 'notified' } };

const server = createServer(async (request, response) => {
  const { authorization = '' } = request.headers;
  calls.push({ path: request.url ?? '', authorization, body: await text(request) });
  if (hangs) return;
  const { status, body } = answerTo(request);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
let origin = '';
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
});
beforeEach(() => {
  calls.length = 0;
  tokens = 0;
  statuses = [];
  hangs = false;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const run = async ([command = '', ...args]: readonly string[], more: Record<string, string> = {}) => {
  const env = {
    PATH: process.env['PATH'],
    GATEBELL_API: `${origin}/api`,
    GATEBELL_TOKEN_URL: `${origin}/token`,
    GATEBELL_CLIENT_ID: 'importer',
    GATEBELL_CLIENT_SECRET: 's3cret',
    ...more,
  };
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const child = execFile(command, args, { env }, (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }));
  });
};

const REQUEST = ['paths', '/api/exceptions', 'post', 'requestBody', 'content', 'application/json', 'schema'];
const reports = () => calls.filter(({ path }) => path === '/api/exceptions');
const UNHARMED = /^answered 500\nraised '?run 4711'?\ndone\n$/;

describe.each(LANGUAGES)('the handlers in $language', ({ command, error }) => {
  it('report a request and a task, with one token', async () => {
    const { code, out } = await run(command);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(UNHARMED) });
    expect(calls.filter(({ path }) => path === '/token')).toEqual([
      {
        path: '/token',
        authorization: `Basic ${Buffer.from('importer:s3cret').toString('base64')}`,
        body: 'grant_type=client_credentials&scope=gatebell%2Fexceptions',
      },
    ]);
    expect(reports().map(({ authorization }) => authorization)).toEqual(['Bearer t1', 'Bearer t1']);
    expect(reports().flatMap(({ body }) => errorsAt(REQUEST, JSON.parse(body)))).toEqual([]);
    const bodies = reports().map(({ body }) => reportSchema.parse(JSON.parse(body)));
    const [request, task] = ['GET /import', 'nightly'].map((name) => bodies.find((body) => body.function === name));
    expect(request).toMatchObject({ exception_class: 'ParseError', message: 'line 7', function: 'GET /import' });
    expect(request?.trace).toContain('line 7');
    expect(task).toMatchObject({ type: 'task', exception_class: error, function: 'nightly' });
    expect(task?.arguments).toEqual({ arguments: [4711] });
  });

  it('fetch another token after a 401, once for each report', async () => {
    statuses = [401];
    await run(command);
    expect(tokens).toBe(2);
    expect(new Set(reports().map(({ body }) => reportSchema.parse(JSON.parse(body)).function)).size).toBe(2);
    expect(reports()).toHaveLength(3);
  });

  it.each([
    { state: 'is away', env: { GATEBELL_API: 'http://127.0.0.1:1/api' } },
    { state: 'answers 500', answers: [500, 500] },
    { state: 'never answers', isHanging: true },
    { state: 'is not configured', env: { GATEBELL_TOKEN_URL: '' }, reason: 'GATEBELL_TOKEN_URL is not set' },
  ])(
    'never break the application if Gatebell $state',
    async ({ env = {}, answers = [], isHanging = false, reason = '' }) => {
      statuses = answers;
      hangs = isHanging;
      const { code, out, err } = await run(command, env);
      expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(UNHARMED) });
      if (!hangs) expect(err).toMatch(new RegExp(`Gatebell was not notified of ParseError: .*${reason}`));
    },
  );

  it('drop reports beyond those that may wait', async () => {
    const { code, err } = await run(command, { FLOOD: '1' });
    expect(code).toBe(0);
    expect(err).toContain('Gatebell was not notified of ');
    expect(err).toContain('too many reports wait');
  });
});

it.each([
  ['Express', [process.execPath, '--input-type=module', '--eval', EXPRESS], 'RangeError', 'GET /import'],
  ['Flask', ['python3', '-c', LOGGED], 'IndexError', 'flask.app'],
])('the handlers report what %s catches, once', async (_, command, exception_class, name) => {
  expect(await run(command)).toMatchObject({ code: 0, out: 'next line 7\n' });
  expect(reports().map(({ body }) => reportSchema.parse(JSON.parse(body)))).toMatchObject([
    { exception_class, message: 'line 7', function: name },
  ]);
});
