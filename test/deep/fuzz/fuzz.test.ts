import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStack, type TestStack } from '../../stack.ts';
import { fuzz } from './fuzz.ts';
import { openWorld, type World } from './fuzz-world.ts';
import { OPERATIONS } from './operations.ts';

let stack: TestStack;
let world: World;

beforeAll(async () => {
  stack = await startTestStack();
  world = await openWorld(stack);
});
afterAll(async () => {
  world.close();
  await stack.stop();
});

/** Some 25 seconds for all calls on two cores; `npm run fuzz` takes a time and a seed. */
const SHORT = { seed: 20_261_124, requests: 80 };

describe('whatever is sent', () => {
  it.each(OPERATIONS.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    '%s answers as documented, never with a 500, and a refusal writes nothing',
    async (_, operation) => {
      const { found, statuses } = await fuzz(world, operation, SHORT);
      expect(found, found ?? '').toBeNull();
      // The fuzzer gets through to what a call does, and not only to its checks. Nothing failed that could be sent again,
      // and nobody complained.
      const isAboutNothing = /\/(retry|\{address\})$/.test(operation.path);
      const done = isAboutNothing ? [404, 409] : [200, 201, 204];
      expect(done.some((status) => statuses[status] !== undefined)).toBe(true);
    },
  );
});
