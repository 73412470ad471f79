import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 240_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { extends: true, test: { name: 'infra', include: ['test/infra/**/*.test.ts'], isolate: false } },
      {
        extends: true,
        // Each file starts a whole stack: one after another on two cores.
        test: { name: 'flow', include: ['test/flow/**/*.test.ts'], fileParallelism: false, testTimeout: 300_000 },
      },
      {
        extends: true,
        // The page in a real browser, on one stack that is started for all files.
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/start.ts'],
          fileParallelism: false,
          isolate: false,
          testTimeout: 120_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          globalSetup: 'test/faults/global-setup.ts',
          // Alone on the machine: it takes all of it.
          sequence: { groupOrder: 1 },
          maxWorkers: availableParallelism(),
          testTimeout: 120_000,
        },
      },
    ],
  },
});
