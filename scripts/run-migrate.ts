/**
 * `npm run migrate -- --stage S`: starts the migration of stored items to the format of the deployed version
 * (docs/adr/012), in the background. It can run again. The stage `local` is the running local stack.
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
console.log('Started. It is finished when the log of the background function says "Migration finished".');
