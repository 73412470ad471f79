import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const root = join(import.meta.dirname, '../../..');
const names = z.record(z.string(), z.string()).default({});

const platforms = z.union([z.string(), z.array(z.string())]).optional();

/** An entry of a lockfile of version 3. https://docs.npmjs.com/cli/configuring-npm/package-lock-json */
const Entry = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  license: z.string().optional(),
  optional: z.boolean().default(false),
  inBundle: z.boolean().default(false),
  link: z.boolean().default(false),
  os: platforms,
  cpu: platforms,
  dependencies: names,
  devDependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
});
const Lockfile = z.object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), Entry) });

const { packages: all } = Lockfile.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
/** Without this repository's own workspaces: nothing of them is fetched, and npm links to their folders. */
const packages = Object.fromEntries(
  Object.entries(all).filter(([path, { link }]) => !link && path.includes('node_modules/')),
);
/** The manifests of the repository and its workspaces, by folder. */
export const manifests: Readonly<Record<string, z.output<typeof Entry>>> = Object.fromEntries(
  Object.entries(all).filter(([path]) => !path.includes('node_modules/')),
);
export const lockedPackages: Readonly<Record<string, z.output<typeof Entry>>> = packages;

/** Where Node finds a package from a folder of the lockfile: the nearest `node_modules` upwards. */
const resolve = (name: string, from: string): string | undefined => {
  for (let folder = from; ; folder = folder.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (path in packages) return path;
    if (folder === '') return undefined;
  }
};

/** All packages that these need at run time, themselves included; what is only needed on other platforms is left out. */
export const closureOf = (roots: readonly string[]): string[] => {
  const found = new Set<string>();
  const visit = (name: string, from: string): void => {
    const path = resolve(name, from);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    const entry = packages[path];
    for (const needed of Object.keys({ ...entry?.dependencies, ...entry?.peerDependencies })) visit(needed, path);
  };
  for (const name of roots) visit(name, '');
  return [...found].toSorted();
};
