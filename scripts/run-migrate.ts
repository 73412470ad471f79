/**
 * `npm run migrate -- --stage S`: has the background function bring what is stored to the format of the version that is
 * deployed (docs/adr/012). Harmless to run again. `local` is the stack that runs here.
 */
import { parseArgs } from 'node:util';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Job } from '../core/jobs/model.ts';
import { openStage } from './stage.ts';

const { stage } = parseArgs({ options: { stage: { type: 'string' } } }).values;
if (stage === undefined) {
  console.error('Which stage? npm run migrate -- --stage prod');
  process.exit(1);
}

const first: Job = { kind: 'migrate', after: null };
const { client, queues } = await openStage(stage);
await client.send(new SendMessageCommand({ QueueUrl: queues.jobs, MessageBody: JSON.stringify(first) }));
console.log('Started. "The migration is over" in the log of the background function says when it is.');
