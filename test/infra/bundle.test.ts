import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FUNCTION } from '../../core/contract.ts';
import { bundleInto, type FunctionName } from '../../lib/bundle.ts';
import { loadedWith, readBundle, startWeight, weightLimit } from '../bundle-weight.ts';

const sourceMap = z.object({ sources: z.array(z.string()) });

const directory = mkdtempSync(join(tmpdir(), 'gatebell-bundles-'));
const first = join(directory, 'first');
const second = join(directory, 'somewhere', 'else', 'second');

// As for a deployment: all functions in one go, which takes little longer than one of them.
beforeAll(() => {
  for (const run of [first, second]) bundleInto(run);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** All files of a bundle, by name. */
const bundle = (name: FunctionName): ReadonlyMap<string, string> => readBundle(join(first, name));

describe.each(Object.values(FUNCTION))('the bundle of %s', (name) => {
  let files: ReadonlyMap<string, string> = new Map();
  let start: string[] = [];
  let everything: string[] = [];
  beforeAll(() => {
    files = bundle(name);
    start = [...loadedWith('index.mjs', files)];
    everything = [...files.keys()].filter((file) => file.endsWith('.mjs'));
  });
  const sourcesOf = (names: readonly string[]): string[] =>
    names.flatMap((file) => sourceMap.parse(JSON.parse(files.get(`${file}.map`) ?? '')).sources);

  test('is the same wherever it is written', () => {
    expect(readBundle(join(second, name))).toEqual(files);
  });

  test('maps to paths below the root of the repository, without their text', () => {
    const sources = sourcesOf(everything);
    expect(sources).toContain(`functions/${name}/index.ts`);
    expect(sources.filter((source) => !/^(core|functions|docs|node_modules)\//.test(source))).toEqual([]);
    expect([...files.values()].filter((text) => text.includes('"sourcesContent"'))).toEqual([]);
  });

  test('takes credentials from the environment and leaves the chain of providers out', () => {
    const sources = sourcesOf(everything);
    const hasClient = sources.some((source) => source.includes('/@aws-sdk/client-'));
    expect(sources.includes('core/platform/environment-credentials.ts')).toBe(hasClient);
    expect(sources.filter((source) => /credential-provider-|token-providers|nested-clients/.test(source))).toEqual([]);
  });

  test('starts without what Lambda never needs', () => {
    const idle = /\/(bowser|mnemonist|event-streams)\/|\/zod\/v4\/classic\/|json-schema(-processors)?\.js$/;
    expect(sourcesOf(start).filter((source) => idle.test(source))).toEqual([]);
  });

  test('requires nothing at run time that an ES module can not', () => {
    expect([...files.values()].filter((text) => text.includes('Dynamic require of'))).toEqual([]);
  });

  test('is light', () => {
    const { minified, gzipped } = startWeight(files);
    const limit = weightLimit(name);
    expect(minified).toBeLessThanOrEqual(limit.minified);
    expect(gzipped).toBeLessThanOrEqual(limit.gzipped);
  });
});

test('a trace names our lines and functions, minified as they are', () => {
  const bundled = pathToFileURL(join(first, FUNCTION.products, 'index.mjs')).href;
  const code = `import(process.argv[1]).catch(({ stack }) => console.log(stack))`;
  const { stdout } = spawnSync(process.execPath, ['--eval', code, bundled], { env: {}, encoding: 'utf8' });
  expect(stdout).toContain('TABLE_NAME is not set');
  expect(stdout).toMatch(/^ {4}at captureConfig \(core\/config\.ts:\d+:\d+\)$/m);
  expect(stdout).toMatch(/^ {4}at functions\/products\/index\.ts:\d+:\d+$/m);
});

test('a trace without a map keeps its places in the bundle', () => {
  const bundled = pathToFileURL(join(first, FUNCTION.products, 'index.mjs')).href;
  const late = `import(process.argv[1]).catch(() => setImmediate(() => { throw new RangeError('no map'); }))`;
  const { stderr } = spawnSync(process.execPath, ['--eval', late, bundled], { env: {}, encoding: 'utf8' });
  expect(stderr).toMatch(/^RangeError: no map\n {4}at .*\[eval\]:1:\d+/m);
});

const { products, settings, notifications, exceptions, alarms } = FUNCTION;

test.each([products, settings, notifications, exceptions, alarms])(
  '%s loads the SQS client when the table is away, and not at its start',
  (name) => {
    const files = bundle(name);
    const sqs = [...files].filter(([file, text]) => file.endsWith('.map') && text.includes('@aws-sdk/client-sqs/'));
    expect(sqs).not.toEqual([]);
    const start = loadedWith('index.mjs', files);
    expect(sqs.filter(([file]) => start.has(file.replace(/\.map$/, '')))).toEqual([]);
  },
);

test.each([FUNCTION.dispatcher, FUNCTION.testNotifications])(
  '%s loads the EventBridge client with its first event',
  (name) => {
    const files = bundle(name);
    const client = [...files].filter(
      ([file, text]) => file.endsWith('.map') && text.includes('@aws-sdk/client-eventbridge/'),
    );
    expect(client).not.toEqual([]);
    const start = loadedWith('index.mjs', files);
    expect(client.filter(([file]) => start.has(file.replace(/\.map$/, '')))).toEqual([]);
  },
);
