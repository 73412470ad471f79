/** `npm run test:deep [-- PART] [-- --shard 1/4]`: what takes longer than `npm test` (vitest.config.ts). A part is a folder of test/deep. */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LEAST_DEADLINE_MS } from './test/eventually.ts';
import { reporters } from './test/one-line-failures.ts';

const maxWorkers = availableParallelism();

export default defineConfig({
  test: {
    reporters,
    // For what hangs: no test depends on how fast the machine is.
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'deep',
          include: ['test/deep/{access,docs,fuzz,interleavings,lists,model,texts}/**/*.test.ts'],
          maxWorkers,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/deep/faults/**/*.test.ts'],
          // Part of `npm test`.
          exclude: ['test/deep/faults/points/gate-change.test.ts'],
          globalSetup: 'test/deep/faults/global-setup.ts',
          maxWorkers,
        },
      },
      {
        extends: true,
        // What starts several stacks or builds, and grants nothing that the flow tests of `npm test` don't use.
        test: {
          name: 'flow',
          include: ['test/deep/flow/**/*.test.ts'],
          maxWorkers,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        // The page in a real browser: a worker's files share a stack (test/use-stack.ts).
        test: {
          name: 'browser',
          include: ['test/deep/browser/**/*.test.ts'],
          isolate: false,
          maxWorkers,
          sequence: { groupOrder: 1 },
          expect: { poll: { timeout: LEAST_DEADLINE_MS } },
        },
      },
    ],
  },
});
