import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FUNCTION } from '../../functions/contract.ts';
import { bundleInto, type FunctionName } from '../../lib/bundle.ts';

const KB = 1024;

/** What a function may weigh, minified and gzipped: weight is start-up time, and for the API's a caller waits. */
const API = { minified: 330 * KB, gzipped: 105 * KB };
const BEHIND_IT = { minified: 420 * KB, gzipped: 130 * KB };
const LIMITS: Record<FunctionName, typeof API> = {
  [FUNCTION.products]: API,
  [FUNCTION.settings]: API,
  [FUNCTION.gateTrigger]: BEHIND_IT,
  [FUNCTION.fanOut]: BEHIND_IT,
  [FUNCTION.dispatcher]: BEHIND_IT,
  [FUNCTION.background]: BEHIND_IT,
};

const directory = mkdtempSync(join(tmpdir(), 'gatebell-bundles-'));
afterAll(() => rmSync(directory, { recursive: true }));

const bundle = (name: FunctionName, run: string) => {
  const target = join(directory, run, name);
  mkdirSync(target, { recursive: true });
  bundleInto(name, target);
  return { code: readFileSync(join(target, 'index.mjs')), map: readFileSync(join(target, 'index.mjs.map')) };
};

describe.each(Object.values(FUNCTION))('the bundle of %s', (name) => {
  const { code, map } = bundle(name, 'first');
  const again = bundle(name, 'somewhere/else/second');
  const { sources, sourcesContent } = z
    .object({ sources: z.array(z.string()), sourcesContent: z.json().optional() })
    .parse(JSON.parse(map.toString()));

  test('is the same wherever it is written', () => {
    expect(again.code.equals(code)).toBe(true);
    expect(again.map.equals(map)).toBe(true);
  });

  test('maps to paths below the root of the repository, without their text', () => {
    expect(sources).toContain(`functions/${name}/index.ts`);
    expect(sources.filter((source) => !/^(functions|node_modules)\//.test(source))).toEqual([]);
    expect(sourcesContent).toBeUndefined();
  });

  test('takes credentials from the environment and leaves the chain of providers out', () => {
    expect(sources).toContain('functions/environment-credentials.ts');
    expect(sources.filter((source) => /credential-provider-|token-providers|nested-clients/.test(source))).toEqual([]);
  });

  test('requires nothing at run time that an ES module can not', () => {
    expect(code.toString()).not.toContain('Dynamic require of');
  });

  test('is light', () => {
    expect(code.byteLength).toBeLessThanOrEqual(LIMITS[name].minified);
    expect(gzipSync(code).byteLength).toBeLessThanOrEqual(LIMITS[name].gzipped);
  });
});
