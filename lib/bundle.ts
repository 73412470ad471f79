import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { AssetCode, type Code, type CodeConfig } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import type { FUNCTION } from '../functions/contract.ts';

export type FunctionName = (typeof FUNCTION)[keyof typeof FUNCTION];

/** Makes a function's code out of its folder in `functions/`. */
export type Bundle = (name: FunctionName) => Code;

const root = join(import.meta.dirname, '..');

/** Packages of the SDK that weigh on every start and do nothing in a Lambda; each file says why. */
const STAND_INS = {
  '@aws-sdk/credential-provider-node': join(root, 'functions/environment-credentials.ts'),
  '@aws-sdk/endpoint-cache': join(root, 'functions/no-endpoint-cache.ts'),
};

/** Writes `index.mjs`, the chunks that it loads and their source maps for a function into a directory. */
export const bundleInto = (name: FunctionName, directory: string): void => {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: { index: `functions/${name}/index.ts` },
    // Never written there: sources in the map are relative to this path, so a trace on Lambda reads
    // /var/task/functions/…, and the bytes, thus the asset's hash, do not depend on where the assembly is.
    outdir: root,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    // What is imported dynamically becomes a file of its own, which a start does not read: the second way of an
    // exception, and what the AWS SDK keeps for browsers and event streams.
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: STAND_INS,
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
  });
  for (const file of outputFiles) writeFileSync(join(directory, basename(file.path)), file.contents);
};

/** Bundled when a function takes it, into a directory that is gone once CDK has staged what is in it. */
class BundledCode extends AssetCode {
  readonly #name: FunctionName;

  constructor(name: FunctionName) {
    super(mkdtempSync(join(tmpdir(), `gatebell-${name}-`)));
    this.#name = name;
  }

  override bind(scope: Construct): CodeConfig {
    try {
      bundleInto(this.#name, this.path);
      return super.bind(scope);
    } finally {
      rmSync(this.path, { recursive: true });
    }
  }
}

/** Bundles with esbuild, in this process and without Docker (docs/adr/001-bundle-with-esbuild.md). */
export const bundleFunction: Bundle = (name) => new BundledCode(name);
