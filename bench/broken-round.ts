import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { ENV } from '../core/contract.ts';
import { listDeliveries } from '../core/deliveries/store/read-deliveries.ts';
import type { Table } from '../core/platform/dynamodb/table.ts';
import type { WebhookSecrets } from '../core/secrets/webhook-secrets.ts';
import { eventually } from '../test/eventually.ts';
import { nextMessage, startChild } from './child.ts';
import { deliveriesInTurn, type Waiting } from './dispatch-items.ts';
import { lambdaEnvironment } from './lambda-environment.ts';

export const TARGETS = 50;
export const WAYS = ['hang', 'throttle', 'fail', 'reset', 'gone'] as const;

/** As many as a stage has at a time, unless it says otherwise (lib/gatebell-stack.ts). */
export const INSTANCES = 50;

const DEADLINE_MS = 120_000;
const SETTLED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

export const listeningSchema = z.object({ url: z.string() });
const takenSchema = z.array(z.object({ path: z.string(), atMs: z.number() }));

export const SCENES = ['all targets well', 'five broken'] as const;
export type Scene = (typeof SCENES)[number];

/** A round of a scene: its deliveries, and the webhooks that they go to. */
type Round = Waiting & { readonly scene: Scene; readonly webhooks: readonly string[] };

export const roundOf = async (
  scene: Scene,
  { group, count, url, vault }: { group: number; count: number; url: string; vault: WebhookSecrets },
): Promise<Round> => {
  const webhooks = Array.from({ length: TARGETS }, (_, position) => {
    const way = scene === 'five broken' ? WAYS[position] : undefined;
    return `${url}/${way ?? 'well'}/${group}/${position}`;
  });
  return { scene, webhooks, ...(await deliveriesInTurn(count, { webhooks, group, vault })) };
};

export type Ground = {
  readonly bundle: string;
  readonly table: Table;
  readonly tableUrl: string;
  readonly sqsUrl: string;
  readonly kmsUrl: string;
  readonly targets: ChildProcess;
  readonly url: string;
};

const CREDENTIALS = { accessKeyId: 'bench', secretAccessKey: 'bench' };

const fillQueue = async (sqsUrl: string, name: string, messages: readonly string[]): Promise<string> => {
  const sqs = new SQSClient({ endpoint: sqsUrl, region: 'eu-central-1', credentials: CREDENTIALS });
  const Attributes = { VisibilityTimeout: '360' };
  await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  // Not the one that it answers, whose host is a name that not every machine knows.
  const QueueUrl = `${sqsUrl}/000000000000/${name}`;
  for (let start = 0; start < messages.length; start += 10) {
    const ten = messages.slice(start, start + 10);
    const Entries = ten.map((MessageBody, position) => ({ Id: String(position), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  sqs.destroy();
  return QueueUrl;
};

/** When working targets received each message, in ms from the start: all that are due, or those until the deadline. */
const untilTaken = async ({ targets }: Ground, dispatchers: ChildProcess, due: number): Promise<readonly number[]> => {
  const startMs = Date.now();
  const waits: number[] = [];
  while (waits.length < due && Date.now() - startMs < DEADLINE_MS) {
    await delay(LOOK_EVERY_MS);
    if (dispatchers.exitCode !== null) throw new Error('The dispatchers ended');
    const told = nextMessage(targets);
    targets.send('what was taken?');
    waits.push(...takenSchema.parse(await told).map(({ atMs }) => atMs - startMs));
  }
  return waits;
};

export type Result = {
  readonly scene: Scene;
  /** Until a working target received a message, from when the dispatchers began with a full queue. */
  readonly waitsMs: readonly number[];
  readonly due: number;
  /** Of deliveries, by how their target is and what became of them: `gone failed`. */
  readonly ends: ReadonlyMap<string, number>;
};

/** The states of a round's deliveries. A delivery to a broken target must never be recorded as sent. */
const endsOf = async (table: Table, { messages, webhooks }: Round): Promise<ReadonlyMap<string, number>> => {
  const ends = new Map<string, number>();
  for (const [position, message] of messages.entries()) {
    const way = webhooks[position % TARGETS]?.split('/')[3] ?? '';
    // All broken targets, and a few of the others, which the receiver counted.
    if (way === 'well' && position >= TARGETS) continue;
    const { notification_id } = z.object({ notification_id: z.string() }).parse(JSON.parse(message));
    for (const { status, attempts, lease_until } of await listDeliveries(table, notification_id)) {
      const isCounted = way === 'throttle' && attempts > 0 && lease_until === null;
      const end = `${way} ${status}${isCounted ? ' and counted' : ''}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
  }
  return ends;
};

/** Waits until the messages that were received last are settled, too. */
const endsAtRest = (table: Table, round: Round): Promise<ReadonlyMap<string, number>> =>
  eventually(
    async () => {
      const ends = await endsOf(table, round);
      return !ends.has('well pending') && ends;
    },
    'what targets that are well have taken is settled',
    SETTLED_WITHIN_MS,
  );

export const play = async (ground: Ground, round: Round, name: string): Promise<Result> => {
  const queueUrl = await fillQueue(ground.sqsUrl, name, round.messages);
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
  const args = [JSON.stringify({ bundle: ground.bundle, queueUrl, instances: INSTANCES })];
  const dispatchers = startChild('./polling-process.ts', { args, environment });
  try {
    await nextMessage(dispatchers);
    const due = round.messages.filter((_, position) => round.webhooks[position % TARGETS]?.includes('/well/')).length;
    dispatchers.send('begin');
    const waitsMs = await untilTaken(ground, dispatchers, due);
    return { scene: round.scene, waitsMs, due, ends: await endsAtRest(ground.table, round) };
  } finally {
    // Hanging messages are still in progress.
    dispatchers.kill('SIGKILL');
  }
};
