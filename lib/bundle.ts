import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, BundlingOutput, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
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

/** Bundles with esbuild, in this process and without Docker (docs/adr/001-bundle-with-esbuild.md). */
export const bundleFunction: Bundle = (name) =>
  Code.fromAsset(join(root, 'functions', name), {
    // The hash of what is deployed: an edit that changes no byte of the bundle deploys nothing.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // The type asks for an image; it is never pulled, as the local bundling either succeeds or throws.
      image: DockerImage.fromRegistry('unused'),
      outputType: BundlingOutput.NOT_ARCHIVED,
      local: {
        tryBundle: (directory) => {
          bundleInto(name, directory);
          return true;
        },
      },
    },
  });
