import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FUNCTION } from '../../../core/contract.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The folders in one that git follows; a leading dot, as of `.git`, is none of the layout. */
const foldersIn = (path: string): string[] =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted();

const NOT_SOURCE = new Set(['node_modules', 'cdk.out', 'coverage']);

const layout = /Repository layout[^`]*`npm run check`[^`]*```\n(?<map>[^`]+)```/.exec(
  readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'),
)?.groups?.['map'];

describe("the contributor's guide's repository layout", () => {
  it('names every folder that holds code, and no other', () => {
    const named = [...(layout ?? '').matchAll(/^(?:[a-z-]+\/[a-z-]*\/? ?)+/gm)].flatMap(([paths]) =>
      paths.trim().split(' '),
    );
    const top = new Set(named.map((path) => path.split('/')[0]));
    const folders = foldersIn('.').filter((name) => !NOT_SOURCE.has(name));
    expect([...top].toSorted()).toEqual(folders);
    const packages = named.filter((path) => path.startsWith('packages/')).map((path) => path.split('/')[1]);
    expect(packages.toSorted()).toEqual(foldersIn('packages'));
  });

  it.each([
    { folder: 'core', besides: [] },
    { folder: 'test', besides: ['fixtures'] },
    { folder: 'test/deep', besides: [] },
  ])('names every folder of $folder', ({ folder, besides }) => {
    const missing = foldersIn(folder)
      .filter((name) => !besides.some((other) => other === name))
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(layout ?? ''));
    expect(missing).toEqual([]);
  });

  it('names every command that works on a deployed stage', () => {
    const commands = readdirSync(join(root, 'scripts')).flatMap((file) => /^run-(.+)\.ts$/.exec(file)?.[1] ?? []);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((command) => !new RegExp(`\\b${command}\\b`).test(layout ?? ''))).toEqual([]);
  });
});

describe('functions/', () => {
  it('holds a folder for each Lambda of the contract, and nothing else', () => {
    expect(readdirSync(join(root, 'functions')).toSorted()).toEqual(Object.values(FUNCTION).toSorted());
  });

  it.each(Object.values(FUNCTION))('%s says what triggers it, what it does and writes, and how it fails', (name) => {
    const text = readFileSync(join(root, 'functions', name, 'README.md'), 'utf8');
    expect(text.startsWith(`# ${name}\n`)).toBe(true);
    expect(text.match(/^\*\*[^*]+:\*\*/gm)).toEqual([
      '**Triggered by:**',
      '**Does:**',
      '**Writes:**',
      '**When it fails:**',
    ]);
  });
});
