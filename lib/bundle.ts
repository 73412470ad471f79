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

/** Writes `index.mjs` and its source map for a function into a directory. */
export const bundleInto = (name: FunctionName, directory: string): void => {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [`functions/${name}/index.ts`],
    // Never written there: sources in the map are relative to this path, so a trace on Lambda reads
    // /var/task/functions/…, and the bytes, thus the asset's hash, do not depend on where the assembly is.
    outfile: join(root, 'index.mjs'),
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': join(root, 'functions/environment-credentials.ts') },
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
