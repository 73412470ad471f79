import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestTable, type TestTable } from '../../table.ts';
import { brokenPromise, routeSteps, runRoutes } from '../../unit/dispatcher/route-steps.ts';

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

const STEPS_OF_A_RUN = 80;

/** `npm run model -- --steps 1000000` is the long form. */
const STEPS = 4_000;

it(`the last state told is the true one, nothing is lost, and no target gets too many, in ${STEPS} steps`, async () => {
  await fc.assert(
    fc.asyncProperty(routeSteps(STEPS_OF_A_RUN), async (steps) => {
      expect(brokenPromise(await runRoutes(await running.another(), steps))).toBeNull();
    }),
    { numRuns: Math.ceil(STEPS / STEPS_OF_A_RUN), endOnFailure: true },
  );
});
