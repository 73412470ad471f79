/**
 * `npm run faults -- --seeds 200 [--from 1] [--scenario NAME] [--plant NAME]`: runs the scenarios with faults at random,
 * once for each seed, on all cores. A run that breaks a promise is told with the command that repeats it, alone. With
 * `--plant` the bug of that name is put into the functions.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { makeEquipment, readEquipment } from './equipment.ts';
import { Laboratory } from './laboratory.ts';
import { PLANTED_BUGS } from './plants.ts';
import { SCENARIOS } from './scenarios.ts';

const number = z.coerce.number().int().min(0);
const options = z.object({
  seeds: number.min(1),
  from: number,
  scenario: z.enum([...SCENARIOS.keys()]).optional(),
  plant: z.enum(PLANTED_BUGS.map(({ name }) => name)).optional(),
  /** Of a process that does a part of the work: which part, and where the equipment is. */
  part: number.optional(),
  parts: number.optional(),
  equipment: z.string().optional(),
});
type Options = z.infer<typeof options>;

const readOptions = (): Options => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      seeds: { ...text, default: '10' },
      from: { ...text, default: '1' },
      scenario: text,
      plant: text,
      part: text,
      parts: text,
      equipment: text,
    },
  });
  const read = options.safeParse(values);
  if (read.success) return read.data;
  console.error(z.prettifyError(read.error));
  process.exit(2);
};

/** The runs of a part, one after another; false where a promise broke. */
const runPart = async ({ seeds, from, scenario, plant, part = 0, parts = 1 }: Options, equipment: string) => {
  const laboratory = await Laboratory.open(readEquipment(equipment));
  const scenarios = [...SCENARIOS.values()].filter(({ name }) => scenario === undefined || name === scenario);
  const runs = Array.from({ length: seeds }, (_, position) => from + position)
    .flatMap((seed) => scenarios.map((of) => ({ seed, of })))
    .filter((_, position) => position % parts === part);
  const sum = { runs: 0, faults: 0, doubles: 0, broken: 0 };
  for (const { seed, of } of runs) {
    const { problems, faults, doubles } = await laboratory.stumble(of, String(seed));
    sum.runs += 1;
    sum.faults += faults;
    sum.doubles += doubles;
    if (problems.length === 0) continue;
    sum.broken += 1;
    const planted = plant === undefined ? '' : ` --plant ${plant}`;
    console.log(`BROKEN: npm run faults -- --seeds 1 --from ${seed} --scenario ${of.name}${planted}`);
    for (const problem of problems) console.log(`  ${problem}`);
  }
  await laboratory.close();
  console.log(
    `${sum.runs} runs, ${sum.faults} invocations struck, ${sum.doubles} second messages where one may come, ${sum.broken} broken`,
  );
  return sum.broken === 0;
};

/** The same on all cores; each process says how its part went. */
const runAll = async ({ plant }: Options): Promise<boolean> => {
  const equipment = await makeEquipment(PLANTED_BUGS.find(({ name }) => name === plant) ?? null);
  try {
    const parts = availableParallelism();
    const endings = Array.from({ length: parts }, async (_, part) => {
      const args = ['--part', String(part), '--parts', String(parts), '--equipment', equipment];
      const child = spawn(process.execPath, [import.meta.filename, ...process.argv.slice(2), ...args], {
        stdio: 'inherit',
      });
      const [code] = await once(child, 'exit');
      return code === 0;
    });
    return (await Promise.all(endings)).every((isKept) => isKept);
  } finally {
    rmSync(equipment, { recursive: true });
  }
};

const given = readOptions();
const isKept = given.equipment === undefined ? await runAll(given) : await runPart(given, given.equipment);
process.exitCode = isKept ? 0 : 1;
