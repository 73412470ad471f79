import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const MAX_PRINTED = 32 * 1_024 * 1_024;

const root = join(import.meta.dirname, '..');

/** What is built or downloaded, and what is Git's. */
const LEFT_OUT = /(^|\/)(node_modules|dist|\.git|\.local|cdk\.out)$/;

/** A copy of the repository with the packages of this one, but with builds of its own. */
export const copyRepository = () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatebell-copy-'));
  cpSync(root, directory, { recursive: true, filter: (source) => !LEFT_OUT.test(relative(root, source)) });
  const modules = join(directory, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '.cache') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  const path = (file: string) => join(directory, file);
  return {
    path,
    read: (file: string) => readFileSync(path(file), 'utf8'),
    write: (file: string, text: string) => {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), text);
    },
    append: (file: string, text: string) => {
      if (!existsSync(path(file))) throw new Error(`no file ${file}`);
      writeFileSync(path(file), text, { flag: 'a' });
    },
    /** Runs a script of a package or of the copy. Throws with what it printed where it fails. */
    run: async (...args: readonly string[]): Promise<string> => {
      try {
        return (await execute(process.execPath, args, { cwd: directory, maxBuffer: MAX_PRINTED })).stdout;
      } catch (error) {
        const printed = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
        throw new Error(`${args.join(' ')} failed:\n${printed}`, { cause: error });
      }
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
};
