import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../src/clock.ts';
import type { FunctionDefinition } from '../src/functions/function-definition.ts';
import { type FunctionRunner, startFunctionRunner } from '../src/functions/function-runner.ts';
import { eventually } from './eventually.ts';

const HANDLERS = `
import { readFileSync } from 'node:fs';
let calls = 0;
export const handler = async (event, context) => {
  calls += 1;
  switch (event.do) {
    case 'environment': return { ...process.env };
    case 'context': return { context, remaining: context.getRemainingTimeInMillis() };
    case 'clock': return [Date.now(), new Date().getTime(), new Date() instanceof Date, new Date(5).getTime(), typeof Date()];
    case 'hang': console.log('hanging'); return new Promise(() => setInterval(() => {}, 1000));
    case 'spin': for (;;);
    case 'exit': process.exit(3);
    case 'throw': { const error = new TypeError('no such thing'); throw error; }
    case 'reject-later': setTimeout(() => Promise.reject(new Error('forgotten')), 0); return new Promise(() => {});
    case 'undefined': return undefined;
    case 'date': return { at: new Date(0), none: undefined };
    case 'big': return 'x'.repeat(7 * 1024 * 1024);
    case 'log': console.log('hello %s', 'world'); process.stdout.write('raw line\\n'); return calls;
    case 'wait': await new Promise((resolve) => setTimeout(resolve, event.ms)); return calls;
    default: return { event, calls };
  }
};
`;

const clock = createClock();
let root: string;
let runner: FunctionRunner;

const definition = (over: Partial<FunctionDefinition> = {}): FunctionDefinition => ({
  id: 'Probe1234',
  name: 'probe',
  functionName: 'stack-Probe1234',
  arn: 'arn:aws:lambda:eu-central-1:000000000000:function:stack-Probe1234',
  aliases: [],
  assetDirectory: join(root, 'asset'),
  handler: 'index.handler',
  timeoutSeconds: 1,
  memorySizeMb: 256,
  runtime: 'nodejs24.x',
  environment: { TABLE_NAME: 'items', NODE_OPTIONS: '--enable-source-maps' },
  reservedConcurrency: undefined,
  logFormat: 'Text',
  logGroupName: '/aws/lambda/probe',
  roleArn: 'arn:aws:iam::000000000000:role/probe',
  accessKeyId: 'ASIAPROBE',
  ...over,
});

const start = (over: Partial<FunctionDefinition> = {}, concurrency = 4): FunctionRunner => {
  runner = startFunctionRunner([definition(over)], {
    region: 'eu-central-1',
    endpoint: 'http://127.0.0.1:1',
    clockMemory: clock.memory,
    logDirectory: join(root, 'logs'),
    concurrency,
  });
  return runner;
};
const invoke = (event: unknown) => runner.invoke('Probe1234', event);
const logged = () => readFileSync(join(root, 'logs', 'probe.log'), 'utf8');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cdk-local-runner-'));
  mkdirSync(join(root, 'asset'));
  writeFileSync(join(root, 'asset', 'index.mjs'), HANDLERS);
});
afterEach(async () => {
  await runner.stop();
  clock.move(0);
  rmSync(root, { recursive: true });
});

describe('an invocation', () => {
  test('passes event and result through JSON, as Lambda does', async () => {
    start();
    expect(await invoke({ a: 1, gone: undefined })).toEqual({ kind: 'ok', payload: { event: { a: 1 }, calls: 1 } });
    expect(await invoke({ do: 'date' })).toEqual({ kind: 'ok', payload: { at: '1970-01-01T00:00:00.000Z' } });
    expect(await invoke({ do: 'undefined' })).toEqual({ kind: 'ok', payload: null });
  });

  test('gets a context with the time that remains', async () => {
    start();
    const result = await invoke({ do: 'context' });
    expect(result).toMatchObject({
      kind: 'ok',
      payload: {
        context: {
          functionName: 'stack-Probe1234',
          memoryLimitInMB: '256',
          invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:stack-Probe1234',
          awsRequestId: expect.any(String),
        },
        remaining: expect.toSatisfy((ms: number) => ms > 500 && ms <= 1000),
      },
    });
  });

  test('that throws answers with the error, and the instance lives on', async () => {
    start();
    expect(await invoke({ do: 'throw' })).toEqual({ kind: 'error', errorType: 'TypeError', message: 'no such thing' });
    expect(await invoke({})).toMatchObject({ payload: { calls: 2 } });
  });

  test('may not exceed six megabytes either way', async () => {
    start();
    expect(await invoke({ do: 'big' })).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect(await invoke({ text: 'x'.repeat(7e6) })).toMatchObject({ errorType: 'RequestEntityTooLargeException' });
  });
});

describe('an instance', () => {
  test("has the template's environment and Lambda's, and nothing of this machine's", async () => {
    process.env['LEAKED_FROM_THE_HOST'] = 'yes';
    start();
    const result = await invoke({ do: 'environment' });
    expect(result).toMatchObject({
      payload: {
        TABLE_NAME: 'items',
        AWS_REGION: 'eu-central-1',
        AWS_LAMBDA_FUNCTION_NAME: 'stack-Probe1234',
        AWS_ACCESS_KEY_ID: 'ASIAPROBE',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      },
    });
    expect(JSON.stringify(result)).not.toContain('LEAKED_FROM_THE_HOST');
    expect(JSON.stringify(result)).not.toContain('"HOME"');
  });

  test('is killed at its timeout, also inside a busy loop', async () => {
    start();
    const expected = {
      kind: 'error',
      errorType: 'Sandbox.Timedout',
      message: expect.stringMatching(/Task timed out after 1\.00 seconds$/),
    };
    expect(await invoke({ do: 'hang' })).toEqual(expected);
    expect(await invoke({ do: 'spin' })).toEqual(expected);
    expect(await invoke({})).toMatchObject({ payload: { calls: 1 } });
  });

  test('that exits or forgets a rejected promise ends with Runtime.ExitError', async () => {
    start();
    expect(await invoke({ do: 'exit' })).toMatchObject({ kind: 'error', errorType: 'Runtime.ExitError' });
    expect(await invoke({ do: 'reject-later' })).toMatchObject({
      kind: 'error',
      errorType: 'Runtime.ExitError',
      message: expect.stringContaining('forgotten'),
    });
  });

  test('sees the moved clock while it runs; its timers stay real', async () => {
    start();
    await invoke({});
    clock.move(3_600_000);
    const result = await invoke({ do: 'clock' });
    const hourLater = expect.toSatisfy((at: number) => Math.abs(at - Date.now() - 3_600_000) < 5_000);
    expect(result).toEqual({ kind: 'ok', payload: [hourLater, hourLater, true, 5, 'string'] });
    expect(await invoke({ do: 'wait', ms: 5 })).toMatchObject({ kind: 'ok' });
  });

  test('writes console and stdout to the log of its function, with the request id', async () => {
    start();
    await invoke({ do: 'log' });
    await eventually(() => logged().includes('raw line'), 'the log has the lines');
    expect(logged()).toMatch(/^\S+Z [0-9a-f-]{36} \S+Z\tINFO\thello world$/m);
  });

  test('loses nothing that it logged before it was killed', async () => {
    start();
    await invoke({ do: 'hang' });
    await eventually(() => logged().includes('hanging'), 'the log has the line');
  });
});

describe('a function', () => {
  test('runs events concurrently up to its limit; other events wait', async () => {
    start({ timeoutSeconds: 20 }, 2);
    const results = await Promise.all(Array.from({ length: 6 }, () => invoke({ do: 'wait', ms: 30 })));
    // An instance counts its calls from one: two of them served all six.
    const first = results.filter((result) => result.kind === 'ok' && result.payload === 1);
    expect(results.every(({ kind }) => kind === 'ok')).toBe(true);
    expect(first).toHaveLength(2);
    expect(runner.busy()).toEqual([]);
  });

  test('that has no handler answers so, again and again', async () => {
    start({ handler: 'index.absent' });
    expect(await invoke({})).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
    expect(await invoke({})).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
  });

  test("can't bring a variable that Lambda sets itself", () => {
    expect(() => start({ environment: { AWS_REGION: 'us-east-1' } })).toThrow(/AWS_REGION/);
  });
});
