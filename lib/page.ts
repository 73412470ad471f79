import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { builtFrom, root } from './built.ts';

const buildInto = (folder: string): void => {
  const { resolve } = createRequire(join(root, 'web', 'package.json'));
  const vite = join(dirname(resolve('vite/package.json')), 'bin', 'vite.js');
  execFileSync(process.execPath, [vite, 'build', 'web', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
};

/** The folder of the page, built by vite when its sources have changed. Throws when it does not build; vite says why on stderr. */
export const builtPage = (): string =>
  builtFrom({
    store: join(root, 'web', 'dist'),
    // Of the rest it takes the channels' declarations and the documentation.
    inputs: ['package-lock.json', 'web/**', 'core/channels/*.ts', 'core/channels/*/declaration.ts', 'docs/*.md'],
    notInputs: ['web/dist/**', 'web/node_modules/**'],
    buildInto,
  });
