/**
 * Bundles functions: `node lib/bundle-functions.ts DIRECTORY NAME…` writes `index.mjs`, the chunks that it loads and their
 * source maps into `DIRECTORY/NAME/`. A separate process, because CDK needs code synchronously and esbuild bundles in parallel
 * (docs/adr/026-keep-bundles-small.md).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const standIn = (file: string): string => join(root, 'core', 'platform', file);

/** Packages of the SDK that slow down every start and do nothing in a Lambda; each file gives the reason. */
const ALIASES = {
  '@aws-sdk/credential-provider-node': standIn('environment-credentials.ts'),
  '@aws-sdk/endpoint-cache': standIn('no-endpoint-cache.ts'),
};

const bundle = async (name: string, directory: string): Promise<void> => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { index: `functions/${name}/index.ts` },
    // Never written there: sources in the map are relative to this path, so a trace reads functions/…, and the bytes, thus
    // the asset's hash, do not depend on where the assembly is.
    outdir: root,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    // What is imported dynamically becomes a file of its own, which a start does not read: the SQS client where it is
    // rarely used, and what the AWS SDK keeps for browsers and event streams.
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: ALIASES,
    inject: [standIn('original-traces.ts')],
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'error',
  });
  mkdirSync(join(directory, name), { recursive: true });
  for (const file of outputFiles) writeFileSync(join(directory, name, basename(file.path)), file.contents);
};

const [directory, ...names] = process.argv.slice(2);
if (directory === undefined) throw new Error('Into which directory?');
await Promise.all(names.map((name) => bundle(name, directory)));
