/**
 * `npm run model -- [--steps N] [--seed S]`: lets random flips, answers, deaths, and clocks happen to routes, seed after seed, and prints
 * what breaks a promise with the seed that repeats it.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { startTestTable, type TestTable } from '../../table.ts';
import { brokenPromise, routeSteps, runRoutes } from '../../unit/dispatcher/route-steps.ts';

const STEPS_OF_A_RUN = 80;
const RUNS_OF_A_SEED = 50;

/** The runs of a seed, on an engine of their own; how many steps they took, and what broke. */
const runSeed = async (running: TestTable, seed: number) => {
  let steps = 0;
  const property = fc.asyncProperty(routeSteps(STEPS_OF_A_RUN), async (taken) => {
    steps += taken.length;
    const broken = brokenPromise(await runRoutes(await running.another(), taken));
    if (broken !== null) throw new Error(broken);
  });
  const details = await fc.check(property, { seed, numRuns: RUNS_OF_A_SEED, endOnFailure: true });
  return {
    steps,
    broken: details.failed ? `${details.errorInstance}\n${await fc.asyncDefaultReportMessage(details)}` : null,
  };
};

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const wanted = Number(values.steps);
let taken = 0;
let broken = 0;
for (let seed = Number(values.seed); taken < wanted; seed += 1) {
  const running = await startTestTable();
  const result = await runSeed(running, seed).finally(running.stop);
  taken += result.steps;
  console.log(`seed ${seed}: ${result.steps} steps, ${taken} in all`);
  if (result.broken === null) continue;
  broken += 1;
  console.log(`BROKEN: npm run model -- --steps 1 --seed ${seed}\n${result.broken}`);
}
console.log(`${taken} steps, ${broken} seeds broken`);
process.exitCode = broken === 0 ? 0 : 1;
