import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestTable, type TestTable } from '../../table.ts';
import { brokenPromise, routeSteps, runRoutes } from './route-steps.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

/** `npm run test:deep -- model` takes many more (test/deep/model/routes.test.ts). */
it('whatever happens, the last state told is the true one, nothing is lost, and no target gets too many', async () => {
  await fc.assert(
    fc.asyncProperty(routeSteps(30), async (steps) => {
      expect(brokenPromise(await runRoutes(await test.another(), steps))).toBeNull();
    }),
    { numRuns: 6, endOnFailure: true },
  );
});
