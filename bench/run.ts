/**
 * `npm run bench [-- NAME] [--short | --record]`: runs one benchmark, or all, each in a process of its own. `--record`
 * stores what they print in `bench/runs/NAME.md`, where docs/speed.md takes its figures from.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { brokenTargets } from './broken-targets.ts';
import { changeToMessage } from './change-to-message.ts';
import { coldStart } from './cold-start.ts';
import { counts } from './counts.ts';
import { dispatch } from './dispatch.ts';
import { flood } from './flood.ts';
import { inFlight } from './in-flight.ts';
import { lists } from './lists.ts';
import { machineNoise } from './noise.ts';
import { page } from './page.ts';
import { recheck } from './recheck.ts';
import { warm } from './warm.ts';

const BENCHES: Readonly<Record<string, Bench>> = {
  lists,
  recheck,
  'cold-start': coldStart,
  dispatch,
  'broken-targets': brokenTargets,
  flood,
  'in-flight': inFlight,
  warm,
  'change-to-message': changeToMessage,
  counts,
  page,
};

const RUNS = join(import.meta.dirname, 'runs');

type Form = { readonly short: boolean; readonly record: boolean };

const record = (name: string, printed: readonly string[]): void => {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const [title, ...rest] = printed;
  const when = `Recorded on ${new Date().toISOString().slice(0, 10)} at commit ${commit}, long form.`;
  mkdirSync(RUNS, { recursive: true });
  writeFileSync(join(RUNS, `${name}.md`), `${[title, when, ...rest].join('\n\n')}\n`);
};

/** Whether all its bounds hold. */
const runOne = async (name: string, { about, run }: Bench, form: Form): Promise<boolean> => {
  const { short } = form;
  const printed: string[] = [];
  const print = (text: string): void => {
    printed.push(text);
    console.log(`\n${text}`);
  };
  print(`# ${name}${short ? ', short' : ''}`);
  print(about);
  print(machineNoise());
  const checks = await run({ short, print });
  const judged = checks.filter(({ kind }) => kind === 'count' || !short);
  print(judged.map(({ what, holds }) => `- ${holds ? 'met' : 'NOT MET'}: ${what}`).join('\n'));
  print(machineNoise());
  if (form.record) record(name, printed);
  return judged.every(({ holds }) => holds);
};

/** In processes of their own, so that none runs with the heap and the compiled code of another. */
const runAll = (flags: readonly string[]): boolean =>
  Object.keys(BENCHES)
    .map((name) => spawnSync(process.execPath, [import.meta.filename, name, ...flags], { stdio: 'inherit' }))
    .every(({ status }) => status === 0);

const { values, positionals } = parseArgs({
  options: { short: { type: 'boolean', default: false }, record: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (values.short && values.record) throw new Error('Only the long form is recorded');
const [name] = positionals;
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
if (name === undefined) process.exitCode = runAll(flags) ? 0 : 1;
else {
  const bench = BENCHES[name];
  if (bench === undefined) throw new Error(`There is no benchmark ${name}, only ${Object.keys(BENCHES).join(', ')}`);
  process.exitCode = (await runOne(name, bench, values)) ? 0 : 1;
}
