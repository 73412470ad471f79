import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { FUNCTION } from '../../../../core/contract.ts';
import type { Plant } from './plants.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** Puts a bug into one source file. A place that is not there any more is an error, or the plant would test nothing. */
const planting = ({ name, file, from, to }: Plant): Plugin => ({
  name: `plant-${name}`,
  setup: ({ onLoad }) => {
    onLoad({ filter: new RegExp(`/${file.replaceAll('.', '\\.')}$`) }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (source.split(from).length !== 2) throw new Error(`${file} has the place of the plant ${name} not once`);
      return { contents: source.replace(from, () => to), loader: 'ts' };
    });
  },
});

/** One build for all, so that what they share is read once. */
const bundleAll = async (names: readonly string[], plugins: readonly Plugin[]): Promise<[string, string][]> => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(names.map((name) => [name, `functions/${name}/index.ts`])),
    // Never written there.
    outdir: root,
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    // As in lib/bundle-functions.ts: credentials come from the environment.
    alias: { '@aws-sdk/credential-provider-node': join(root, 'core/platform/environment-credentials.ts') },
    plugins: [...plugins],
    logLevel: 'error',
  });
  return outputFiles.map(({ path, text }) => [basename(path, '.js'), text]);
};

/** The code of each function, by its name: its sources from the entry file on, perhaps with a planted bug. */
export const bundleFunctions = async (plant: Plant | null): Promise<ReadonlyMap<string, string>> => {
  const names = Object.values(FUNCTION).filter((name) => name !== FUNCTION.openapi);
  return new Map(await bundleAll(names, plant === null ? [] : [planting(plant)]));
};
