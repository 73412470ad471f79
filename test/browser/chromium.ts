import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

/** The package carries the browser, and libraries for machines that lack them, as Brotli archives. */
const MODULES = join(import.meta.dirname, '..', '..', 'node_modules');
const ARCHIVES = join(MODULES, '@sparticuz', 'chromium', 'bin');
const UNPACKED = join(MODULES, '.cache', 'gatebell', 'chromium-153');

/** The package's own arguments switch web security off and crash with two contexts. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
  '--force-color-profile=srgb',
];

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const unpack = async (archive: string, target: string, mode = 0o600): Promise<void> =>
  pipeline(createReadStream(join(ARCHIVES, archive)), createBrotliDecompress(), createWriteStream(target, { mode }));

/** Unpacks the browser once for all runs. Whoever sees the folder sees all of it. */
const unpacked = async (): Promise<string> => {
  if (existsSync(UNPACKED)) return UNPACKED;
  await mkdir(dirname(UNPACKED), { recursive: true });
  const draft = await mkdtemp(`${UNPACKED}-`);
  await unpack('chromium.br', join(draft, 'chromium'), 0o700);
  await unpack('al2023.tar.br', join(draft, 'libraries.tar'));
  await run('tar', ['-xf', join(draft, 'libraries.tar'), '-C', draft]);
  await rm(join(draft, 'libraries.tar'));
  // Another run may have been faster.
  await rename(draft, UNPACKED).catch(() => rm(draft, { recursive: true, force: true }));
  return UNPACKED;
};

const hasNss = async (): Promise<boolean> => {
  const { stdout } = await run('ldconfig', ['-p']).catch(() => ({ stdout: '' }));
  return stdout.includes('libnss3.so');
};

/** Starts a headless Chromium, which ends with this process: the one in the package where it runs, or else one that is installed. */
export const startChromium = async (): Promise<Browser> => {
  const folder = await unpacked();
  const env = (await hasNss()) ? process.env : { ...process.env, LD_LIBRARY_PATH: join(folder, 'lib') };
  const start = (executablePath: string) => chromium.launch({ executablePath, args: ARGUMENTS, env: defined(env) });
  return start(join(folder, 'chromium')).catch((cause) => {
    const installed = INSTALLED.find((path) => existsSync(path));
    if (installed === undefined) throw cause;
    return start(installed);
  });
};

const defined = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
