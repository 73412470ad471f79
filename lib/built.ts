import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where the repository is: all inputs are below it. */
export const root = join(import.meta.dirname, '..');

type Build = {
  /** Keeps what was built, a folder each. */
  readonly store: string;
  /** Glob patterns of all that it is built from, the builder's own version included. */
  readonly inputs: readonly string[];
  readonly notInputs?: readonly string[];
  /** Writes what it builds into a folder that is there. */
  readonly buildInto: (folder: string) => void;
};

const hashOf = ({ inputs, notInputs = [] }: Build): string => {
  const files = globSync([...inputs], { cwd: root, exclude: [...notInputs], withFileTypes: true })
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
const build = (target: string, { store, buildInto }: Build): void => {
  mkdirSync(store, { recursive: true });
  const draft = mkdtempSync(join(store, 'draft-'));
  try {
    buildInto(draft);
    if (!existsSync(target)) renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};

/**
 * The folder of what is built from some inputs; it is built when they have changed since the last time. Named by a hash of
 * them: an older one stays until the next build. Throws what the builder throws.
 */
export const builtFrom = (what: Build): string => {
  const { store } = what;
  const target = join(store, hashOf(what));
  if (existsSync(target)) return target;
  const former = existsSync(store) ? readdirSync(store).filter((name) => !name.startsWith('draft-')) : [];
  build(target, what);
  for (const name of former) rmSync(join(store, name), { recursive: true, force: true });
  return target;
};
