/**
 * `npm run redrive -- --stage S [--rate N]`: sends the dead letters of a stage's deliveries again, N a second at the most
 * (10). The stage is one of the account and region that the AWS environment names; `local` is the stack that runs here.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SQSClient } from '@aws-sdk/client-sqs';
import { handlesOrExit } from '../local/api-client.ts';
import { connectQueues, findQueues, type Queues } from './dead-letters.ts';
import { redrive } from './redrive.ts';

const FASTEST = 100;

const { values } = parseArgs({ options: { stage: { type: 'string' }, rate: { type: 'string', default: '10' } } });
const { stage } = values;
const perSecond = Number(values.rate);
if (stage === undefined || !(perSecond > 0 && perSecond <= FASTEST)) {
  console.error(`Which stage, and how fast? npm run redrive -- --stage prod [--rate 1…${FASTEST}]`);
  process.exit(1);
}

/** The local stack's engine checks no signature, but the client wants something to sign with. */
const local = (): { client: SQSClient; queues: Queues } => {
  const { sqs, delivery_queue, delivery_dead_letter_queue } = handlesOrExit();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint: sqs, region: 'eu-central-1', credentials });
  return { client, queues: { deliveries: delivery_queue ?? '', deadLetters: delivery_dead_letter_queue ?? '' } };
};

const deployed = async (): Promise<{ client: SQSClient; queues: Queues }> => {
  const client = new SQSClient();
  return { client, queues: await findQueues(client, stage) };
};

const { client, queues } = stage === 'local' ? local() : await deployed();
const deps = {
  ...connectQueues(client, queues),
  now: () => new Date(),
  wait: async (ms: number) => {
    await wait(ms);
  },
};
const { moved, left } = await redrive(deps, { perSecond });
console.log(`${moved} sent again; ${left} left, which came meanwhile or were not taken.`);
