/**
 * Bundles functions: `node lib/bundle-functions.ts DIRECTORY NAME…` writes `index.mjs`, the chunks that it loads and their
 * source maps into `DIRECTORY/NAME/`. A program of its own, as CDK wants code at once, and esbuild takes plugins only where
 * one waits for it (docs/adr/001-bundle-with-esbuild.md).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const standIn = (file: string): string => join(root, 'functions', file);

/** Packages of the SDK that weigh on every start and do nothing in a Lambda; each file says why. */
const ALIASES = {
  '@aws-sdk/credential-provider-node': standIn('environment-credentials.ts'),
  '@aws-sdk/endpoint-cache': standIn('no-endpoint-cache.ts'),
};

/** The same for a part of zod, which its own files import by relative paths: an alias does not reach them. */
const withoutJsonSchema: Plugin = {
  name: 'without-json-schema',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/(to-json-schema|json-schema-processors)\.js$/ }, ({ resolveDir }) =>
      /\/zod\/v4\//.test(`${resolveDir}/`) ? { path: standIn('no-json-schema.ts') } : undefined,
    );
  },
};

const bundle = async (name: string, directory: string): Promise<void> => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { index: `functions/${name}/index.ts` },
    // Never written there: sources in the map are relative to this path, so a trace on Lambda reads
    // /var/task/functions/…, and the bytes, thus the asset's hash, do not depend on where the assembly is.
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
    plugins: [withoutJsonSchema],
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'error',
    // zod names its writers by what they write, and the stand-in has none of them.
    logOverride: { 'import-is-undefined': 'silent' },
  });
  mkdirSync(join(directory, name), { recursive: true });
  for (const file of outputFiles) writeFileSync(join(directory, name, basename(file.path)), file.contents);
};

const [directory, ...names] = process.argv.slice(2);
if (directory === undefined) throw new Error('Into which directory?');
await Promise.all(names.map((name) => bundle(name, directory)));
