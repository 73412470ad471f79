import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { FUNCTION } from '../functions/contract.ts';

export type FunctionName = (typeof FUNCTION)[keyof typeof FUNCTION];

/** Makes a function's code out of its folder in `functions/`. */
export type Bundle = (name: FunctionName) => Code;

/** Bundles functions, each into a folder of its name in a directory. Throws with what esbuild says. */
export const bundleInto = (directory: string, names: readonly FunctionName[]): void => {
  execFileSync(process.execPath, [join(import.meta.dirname, 'bundle-functions.ts'), directory, ...names], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
};

let bundles: string | null = null;

/** All functions at once, when the first is asked for; gone with this process, when CDK has staged them long since. */
const allBundles = (): string => {
  if (bundles !== null) return bundles;
  const directory = mkdtempSync(join(tmpdir(), 'gatebell-bundles-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  bundleInto(directory, Object.values(FUNCTION));
  bundles = directory;
  return directory;
};

/** Bundles with esbuild, without Docker (docs/adr/001-bundle-with-esbuild.md). */
export const bundleFunction: Bundle = (name) => Code.fromAsset(join(allBundles(), name));
