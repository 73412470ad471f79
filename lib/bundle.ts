import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { FUNCTION } from '../core/contract.ts';
import { builtFrom, root } from './built.ts';

export type FunctionName = (typeof FUNCTION)[keyof typeof FUNCTION];

/** Returns a function's code, bundled from its folder in `functions/`. */
export type Bundle = (name: FunctionName) => Code;

/** Bundles all functions, each into a subfolder with its name. Throws with esbuild's errors. */
export const bundleInto = (directory: string): void => {
  const script = join(root, 'lib', 'bundle-functions.ts');
  execFileSync(process.execPath, [script, directory, ...Object.values(FUNCTION)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
};

/** The folder of all bundles, built if the functions have changed. */
export const builtFunctions = (): string =>
  builtFrom({
    store: join(root, 'node_modules', '.cache', 'gatebell', 'functions'),
    inputs: [
      'package-lock.json',
      'tsconfig.json',
      'core/**',
      'functions/**',
      'docs/openapi.json',
      'lib/bundle-functions.ts',
    ],
    buildInto: bundleInto,
  });

/** Bundles with esbuild, without Docker (docs/adr/026-keep-bundles-small.md). */
export const bundleFunction: Bundle = (name) => Code.fromAsset(join(builtFunctions(), name));
