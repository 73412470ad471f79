import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { closureOf, lockedPackages as installed, manifests } from './lockfile.ts';

const root = join(import.meta.dirname, '../../..');

describe('the lockfile', () => {
  test('holds every package to its hash', () => {
    const loose = Object.entries(installed).filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
    // A bundled package is covered by the hash of what bundles it; the rest are binaries for other platforms (ADR 026).
    const unexplained = loose.filter(
      ([, { inBundle, optional, os, cpu }]) => !(inBundle || (optional && (os !== undefined || cpu !== undefined))),
    );
    expect(unexplained.map(([path]) => path)).toEqual([]);
    expect(loose.filter(([path]) => shipped.includes(path))).toEqual([]);
  });

  test('names no address to fetch from', () => {
    expect(Object.values(installed).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  test('follows versions that are exact', () => {
    const versions = Object.values(manifests).flatMap(({ dependencies, devDependencies, optionalDependencies }) =>
      Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }),
    );
    expect(versions.length).toBeGreaterThan(40);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});

/** What is in a bundle or in the page: the dependencies of the repository and of `web`. */
const shipped = closureOf(['', 'web'].flatMap((folder) => Object.keys(manifests[folder]?.dependencies ?? {})));

/** What the page's sources import at run time; a type is not in the page. */
const importedByPage = globSync('web/src/**/*.{ts,tsx}', { cwd: root }).flatMap((file) =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /^import (?!type )(?:[^;']+ from )?'((?:@[^/']+\/)?[^./'][^/']*)/gm,
    ),
  ].map(([, name = '']) => name),
);

/** Ask for nothing but that their notice is kept. */
const PERMISSIVE = ['MIT', 'MIT-0', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'];

describe('what is shipped', () => {
  test('is known: bundles and page', () => {
    expect(shipped).toEqual(
      expect.arrayContaining([
        'node_modules/@aws-sdk/client-dynamodb',
        'node_modules/@smithy/core',
        'node_modules/zod',
        'node_modules/react-dom',
        'node_modules/oidc-client-ts',
        'node_modules/@cloudscape-design/components',
      ]),
    );
  });

  test('has everything that the page imports', () => {
    expect([...new Set(importedByPage)].toSorted()).toEqual(
      Object.keys(manifests['web']?.dependencies ?? {}).toSorted(),
    );
  });

  test.each(shipped)('%s has a permissive licence', (path) => {
    expect(PERMISSIVE).toContain(installed[path]?.license);
  });
});

test('every test that SECURITY.md points at is there', () => {
  const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  const named = [...text.matchAll(/`((?:test|lib|core|functions|local)\/[^`\s]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual([]);
});
