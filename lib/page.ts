import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { builtFrom, root } from './built.ts';

const buildInto = (folder: string): void => {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  execFileSync(process.execPath, [vite, 'build', 'web', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
};

/** The folder of the page, built by vite when `web/` has changed. Throws when it does not build; vite says why on stderr. */
export const builtPage = (): string =>
  builtFrom({
    store: join(root, 'web', 'dist'),
    // It imports nothing else at run time.
    inputs: ['package-lock.json', 'web/**'],
    notInputs: ['web/dist/**', 'web/node_modules/**'],
    buildInto,
  });
