import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { ENV, FUNCTION } from '../core/contract.ts';
import { inChunks } from '../core/platform/chunks.ts';
import type { Item, Table } from '../core/platform/dynamodb/table.ts';
import { ringItem } from '../core/secrets/store.ts';
import type { WebhookSecrets } from '../core/secrets/webhook-secrets.ts';
import { builtFunctions } from '../lib/bundle.ts';
import { startKms } from '../packages/cdk-local/src/engines/kms.ts';
import { type SqsOptions, startSqs } from '../packages/cdk-local/src/engines/sqs.ts';
import { startBulkTable } from '../test/bulk-table.ts';
import { localVault } from '../test/local-vault.ts';
import { nextMessage, startChild } from './child.ts';
import { lambdaEnvironment, WEBHOOK_KEY_ARN } from './lambda-environment.ts';

/** As many as a stage has at a time, unless it says otherwise (lib/gatebell-stack.ts). */
export const INSTANCES = 50;

const listeningSchema = z.object({ url: z.string() });
const takenSchema = z.array(z.object({ path: z.string(), atMs: z.number() }));

/** What dispatchers need around them: a table, queues, KMS, and webhooks (`targets-process.ts`). */
export type Ground = {
  readonly bundle: string;
  readonly table: Table;
  readonly tableUrl: string;
  readonly sqsUrl: string;
  readonly kmsUrl: string;
  readonly targets: ChildProcess;
  /** Of the webhooks. */
  readonly url: string;
};

/** Where the webhooks are, and what encrypts them. */
export type Where = { readonly url: string; readonly vault: WebhookSecrets };

/** Starts all that dispatchers need, runs `use`, and stops it. `prepare` makes the items of the table. `options`: of the queues. */
export const onGround = async <Prepared extends { readonly items: readonly Item[] }, Made>(
  prepare: (where: Where) => Promise<Prepared>,
  use: (ground: Ground, prepared: Prepared) => Promise<Made>,
  options: Pick<SqsOptions, 'inFlightLimit'> = {},
): Promise<Made> => {
  const targets = startChild('./targets-process.ts');
  const { url } = listeningSchema.parse(await nextMessage(targets));
  const secret = randomBytes(32);
  const { vault, ring } = localVault({ secret, keyArn: WEBHOOK_KEY_ARN });
  const prepared = await prepare({ url, vault });
  const { table, url: tableUrl, stop } = await startBulkTable([ringItem(ring), ...prepared.items]);
  const [sqs, kms] = [await startSqs({ region: 'eu-central-1', ...options }), await startKms({ secret })];
  try {
    const bundle = join(builtFunctions(), FUNCTION.dispatcher, 'index.mjs');
    return await use({ bundle, table, tableUrl, sqsUrl: sqs.url, kmsUrl: kms.url, targets, url }, prepared);
  } finally {
    await sqs.stop();
    await kms.stop();
    await stop();
    targets.disconnect();
  }
};

const CREDENTIALS = { accessKeyId: 'bench', secretAccessKey: 'bench' };

/** Not the one that SQS answers, whose host is a name that not every machine knows. */
export const queueUrlOf = (sqsUrl: string, name: string): string => `${sqsUrl}/000000000000/${name}`;

/** Requests at a time that fill a queue. */
const SIDE_BY_SIDE = 20;

const fillQueue = async (sqsUrl: string, name: string, messages: readonly string[]): Promise<string> => {
  const sqs = new SQSClient({ endpoint: sqsUrl, region: 'eu-central-1', credentials: CREDENTIALS });
  const Attributes = { VisibilityTimeout: '360' };
  await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  const QueueUrl = queueUrlOf(sqsUrl, name);
  const sendTen = (ten: readonly string[]) => {
    const Entries = ten.map((MessageBody, position) => ({ Id: String(position), MessageBody }));
    return sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  };
  for (const some of inChunks(inChunks(messages, 10), SIDE_BY_SIDE)) await Promise.all(some.map(sendTen));
  sqs.destroy();
  return QueueUrl;
};

/** Fills a queue and starts dispatchers, which begin with the first process message. They are killed, as some may hang. */
export const startDispatchers = async (
  ground: Ground,
  {
    name,
    messages,
    instances,
  }: { readonly name: string; readonly messages: readonly string[]; readonly instances: number },
): Promise<ChildProcess> => {
  const queueUrl = await fillQueue(ground.sqsUrl, name, messages);
  const environment = {
    ...lambdaEnvironment(ground.tableUrl, {
      tableName: ground.table.name,
      queues: ground.sqsUrl,
      localWebhookOrigin: ground.url,
    }),
    AWS_ENDPOINT_URL_KMS: ground.kmsUrl,
    [ENV.deliveryQueueUrl]: queueUrl,
    [ENV.deliveryDeadLetterQueueUrl]: await fillQueue(ground.sqsUrl, `${name}-dead-letters`, []),
  };
  const args = [JSON.stringify({ bundle: ground.bundle, queueUrl, instances })];
  const dispatchers = startChild('./polling-process.ts', { args, environment });
  await nextMessage(dispatchers);
  return dispatchers;
};

/** The messages that webhooks took since the last look. Throws if the dispatchers ended. */
export const takenBy = async ({ targets }: Ground, dispatchers: ChildProcess): Promise<z.infer<typeof takenSchema>> => {
  if (dispatchers.exitCode !== null) throw new Error('The dispatchers ended');
  const taken = nextMessage(targets);
  targets.send('what was taken?');
  return takenSchema.parse(await taken);
};
