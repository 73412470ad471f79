import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root; all inputs are in it. */
export const root = join(import.meta.dirname, '..');

type Build = {
  /** Folder of the builds, one subfolder for each. */
  readonly store: string;
  /** Glob patterns of all inputs, including the builder's version. */
  readonly inputs: readonly string[];
  readonly notInputs?: readonly string[];
  /** Builds into an existing folder. */
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

/** Builds in a temporary folder first, because two processes may build at a time. */
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
 * Returns the folder of a build, and builds it if its inputs have changed. The folder is named by a hash of the inputs; the
 * previous one stays until the next build. Throws the builder's error.
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
