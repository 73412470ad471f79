/** `npm test`: all rooms in a few minutes. What takes longer is `npm run test:deep` (vitest.deep.config.ts). */
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LEAST_DEADLINE_MS } from './test/eventually.ts';
import { reporters } from './test/one-line-failures.ts';

/** Vitest itself would leave one core free, which on a machine of two is half of it. */
const maxWorkers = availableParallelism();

/** Where the stacks of the flow tests leave which grants of their roles the functions used. */
const reportsOnGrants = {
  env: { GATEBELL_GRANTS: join(tmpdir(), `gatebell-grants-${process.pid}`) },
  globalSetup: ['test/grants/remove-reports.ts'],
};

export default defineConfig({
  test: {
    reporters,
    // For what hangs: no test depends on how fast the machine is.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    projects: [
      // Modules are loaded once for many files: no test changes one.
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false, maxWorkers } },
      { extends: true, test: { name: 'packages', include: ['packages/*/test/**/*.test.ts'], maxWorkers } },
      { extends: true, test: { name: 'infra', include: ['test/infra/**/*.test.ts'], isolate: false, maxWorkers } },
      {
        extends: true,
        // The code of the functions, killed at each call of one scenario; the other scenarios are deep tests.
        test: {
          name: 'faults',
          include: ['test/deep/faults/points/gate-change.test.ts'],
          globalSetup: 'test/deep/faults/global-setup.ts',
          maxWorkers,
        },
      },
      {
        extends: true,
        // The page in a real browser, and what needs no stack of its own: a worker's files share one (test/use-stack.ts).
        test: {
          env: reportsOnGrants.env,
          name: 'one-stack',
          include: ['test/{browser,flow/one-stack}/**/*.test.ts'],
          isolate: false,
          maxWorkers,
          sequence: { groupOrder: 1 },
          expect: { poll: { timeout: LEAST_DEADLINE_MS } },
        },
      },
      {
        extends: true,
        // Each file starts a whole stack, and waits much: one more side by side than there are cores.
        test: {
          ...reportsOnGrants,
          name: 'flow',
          include: ['test/flow/*.test.ts'],
          maxWorkers: maxWorkers + 1,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        // What the template grants, held against what the flow tests used: after them, with no stack of its own.
        test: {
          ...reportsOnGrants,
          name: 'grants',
          include: ['test/grants/**/*.test.ts'],
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
