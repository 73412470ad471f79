import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'web', 'dist');

/** What the page is built from; it imports nothing else at run time. */
const INPUTS = ['package-lock.json', 'web/**'];
const NOT_INPUTS = ['web/dist/**', 'web/node_modules/**'];

const hashOfInputs = (): string => {
  const files = globSync(INPUTS, { cwd: root, exclude: NOT_INPUTS, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    const content = readFileSync(file);
    hash.update(`${file.slice(root.length)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
};

/** In a folder of its own until it is whole, as two processes may build at a time. */
const build = (target: string): void => {
  mkdirSync(dist, { recursive: true });
  const draft = mkdtempSync(join(dist, 'draft-'));
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  try {
    execFileSync(process.execPath, [vite, 'build', 'web', '--outDir', draft, '--emptyOutDir', '--logLevel', 'error'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    if (!existsSync(target)) renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};

/**
 * The folder of the page, built by vite from `web/` when that has changed since the last build. Named by a hash of what it
 * was built from: an older one stays until the next build. Throws when it does not build; vite says why on stderr.
 */
export const builtPage = (): string => {
  const target = join(dist, hashOfInputs());
  if (existsSync(target)) return target;
  const former = existsSync(dist) ? readdirSync(dist).filter((name) => !name.startsWith('draft-')) : [];
  build(target);
  for (const name of former) rmSync(join(dist, name), { recursive: true, force: true });
  return target;
};
