/** `npm test -w packages/cdk-local`: the tests of this package alone. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // For what hangs: no test depends on how fast the machine is.
  test: { include: ['test/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 600_000 },
});
