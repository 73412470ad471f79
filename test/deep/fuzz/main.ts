/** `npm run fuzz -- [--seconds N] [--seed S]`: fuzzes every call of the API in turn, and prints what it found. */
import { parseArgs } from 'node:util';
import { startTestStack } from '../../stack.ts';
import { fuzz } from './fuzz.ts';
import { openWorld } from './fuzz-world.ts';
import { OPERATIONS } from './operations.ts';

/** A call's turn; then the next one's, each time with a new seed. */
const TURN_REQUESTS = 100;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '300' }, seed: { type: 'string', default: '1' } },
});
const found = new Set<string>();
const stack = await startTestStack();
try {
  const world = await openWorld(stack);
  const deadline = Date.now() + Number(values.seconds) * 1_000;
  let requests = 0;
  for (let seed = Number(values.seed); Date.now() < deadline; seed += 1) {
    for (const operation of OPERATIONS) {
      const timeMs = deadline - Date.now();
      if (timeMs <= 0) break;
      const result = await fuzz(world, operation, { seed, requests: TURN_REQUESTS, timeMs });
      requests += result.requests;
      console.log(`${operation.method} ${operation.path}, seed ${seed}: ${JSON.stringify(result.statuses)}`);
      if (result.found !== null) {
        found.add(result.found);
        console.log(`\n${result.found}\n`);
      }
    }
  }
  world.close();
  console.log(`${requests} requests, ${found.size} found`);
} finally {
  await stack.stop();
}
process.exitCode = found.size === 0 ? 0 : 1;
