/** `npm run bench [-- NAME] [--short]`: runs one benchmark, or all, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { brokenTargets } from './broken-targets.ts';
import { changeToMessage } from './change-to-message.ts';
import { coldStart } from './cold-start.ts';
import { counts } from './counts.ts';
import { dispatch } from './dispatch.ts';
import { lists } from './lists.ts';
import { machineNoise } from './noise.ts';
import { recheck } from './recheck.ts';
import { warm } from './warm.ts';

const BENCHES: Readonly<Record<string, Bench>> = {
  lists,
  recheck,
  'cold-start': coldStart,
  dispatch,
  'broken-targets': brokenTargets,
  warm,
  'change-to-message': changeToMessage,
  counts,
};

const print = (text: string) => console.log(`\n${text}`);

/** Whether all its bounds hold. */
const runOne = async (name: string, { about, run }: Bench, short: boolean): Promise<boolean> => {
  print(`# ${name}${short ? ', short' : ''}\n\n${about}`);
  print(machineNoise());
  const checks = await run({ short, print });
  const judged = checks.filter(({ kind }) => kind === 'count' || !short);
  print(judged.map(({ what, holds }) => `${holds ? 'holds' : 'BROKEN'}: ${what}`).join('\n'));
  print(machineNoise());
  return judged.every(({ holds }) => holds);
};

/** Apart from each other, so that none runs in the heap and with the compiled code of another. */
const runAll = (short: boolean): boolean =>
  Object.keys(BENCHES)
    .map((name) =>
      spawnSync(process.execPath, [import.meta.filename, name, ...(short ? ['--short'] : [])], { stdio: 'inherit' }),
    )
    .every(({ status }) => status === 0);

const { values, positionals } = parseArgs({
  options: { short: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [name] = positionals;
if (name === undefined) process.exitCode = runAll(values.short) ? 0 : 1;
else {
  const bench = BENCHES[name];
  if (bench === undefined) throw new Error(`There is no benchmark ${name}, only ${Object.keys(BENCHES).join(', ')}`);
  process.exitCode = (await runOne(name, bench, values.short)) ? 0 : 1;
}
