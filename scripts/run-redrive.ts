/**
 * `npm run redrive -- --stage S [--rate N]`: sends the dead letters of a stage's deliveries again, N a second at the most
 * (10). The stage is one of the account and region that the AWS environment names; `local` is the stack that runs here.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connectQueues } from './dead-letters.ts';
import { redrive } from './redrive.ts';
import { openStage } from './stage.ts';

const FASTEST = 100;

const { values } = parseArgs({ options: { stage: { type: 'string' }, rate: { type: 'string', default: '10' } } });
const { stage } = values;
const perSecond = Number(values.rate);
if (stage === undefined || !(perSecond > 0 && perSecond <= FASTEST)) {
  console.error(
    `Missing --stage, or --rate is out of range. Example: npm run redrive -- --stage prod [--rate 1…${FASTEST}]`,
  );
  process.exit(1);
}

const { client, queues } = await openStage(stage);
const deps = {
  ...connectQueues(client, queues),
  now: () => new Date(),
  wait: async (ms: number) => {
    await wait(ms);
  },
};
const { moved, left } = await redrive(deps, { perSecond });
console.log(`${moved} messages requeued; ${left} left because they arrived during the run or weren't accepted.`);
