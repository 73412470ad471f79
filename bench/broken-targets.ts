import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { ENV, FUNCTION } from '../core/contract.ts';
import { listDeliveries } from '../core/deliveries/store/read-deliveries.ts';
import type { Table } from '../core/platform/dynamodb/table.ts';
import { ringItem } from '../core/secrets/store.ts';
import type { WebhookSecrets } from '../core/secrets/webhook-secrets.ts';
import { builtFunctions } from '../lib/bundle.ts';
import { startKms } from '../packages/cdk-local/src/engines/kms.ts';
import { startSqs } from '../packages/cdk-local/src/engines/sqs.ts';
import { startBulkTable } from '../test/bulk-table.ts';
import { eventually } from '../test/eventually.ts';
import { localVault } from '../test/local-vault.ts';
import { type Bench, type Check, markdownTable, median, quantile, rounded } from './bench.ts';
import { nextMessage, startChild } from './child.ts';
import { deliveriesInTurn, type Waiting } from './dispatch-items.ts';
import { lambdaEnvironment, WEBHOOK_KEY_ARN } from './lambda-environment.ts';

/** The scenes take turns, so that what disturbs the machine disturbs both; in all 10,000 messages each. */
const SIZES = { short: { rounds: 1, messages: 250 }, long: { rounds: 2, messages: 5_000 } } as const;

const TARGETS = 50;
const WAYS = ['hang', 'throttle', 'fail', 'reset', 'gone'] as const;

/** As many as a stage has at a time, unless it says otherwise (lib/gatebell-stack.ts). */
const INSTANCES = 50;

const DEADLINE_MS = 120_000;
const SETTLED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

const listeningSchema = z.object({ url: z.string() });
const takenSchema = z.array(z.object({ path: z.string(), atMs: z.number() }));

const SCENES = ['all targets well', 'five broken'] as const;
type Scene = (typeof SCENES)[number];

/** A round of a scene: its deliveries, and the webhooks that they go to. */
type Round = Waiting & { readonly scene: Scene; readonly webhooks: readonly string[] };

const roundOf = async (
  scene: Scene,
  { group, count, url, vault }: { group: number; count: number; url: string; vault: WebhookSecrets },
): Promise<Round> => {
  const webhooks = Array.from({ length: TARGETS }, (_, position) => {
    const way = scene === 'five broken' ? WAYS[position] : undefined;
    return `${url}/${way ?? 'well'}/${group}/${position}`;
  });
  return { scene, webhooks, ...(await deliveriesInTurn(count, { webhooks, group, vault })) };
};

type Ground = {
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

/** When each message to a target that is well was taken, in ms from the start; as many as are due, or those until the deadline. */
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

type Result = {
  readonly scene: Scene;
  /** Until a target that is well took a message, from when the dispatchers began with a full queue. */
  readonly waitsMs: readonly number[];
  readonly due: number;
  /** Of deliveries, by how their target is and what became of them: `gone failed`. */
  readonly ends: ReadonlyMap<string, number>;
};

/** How the deliveries of a round stand, the wrong ones above all: what a broken target was sent is never recorded as sent. */
const endsOf = async (table: Table, { messages, webhooks }: Round): Promise<ReadonlyMap<string, number>> => {
  const ends = new Map<string, number>();
  for (const [position, message] of messages.entries()) {
    const way = webhooks[position % TARGETS]?.split('/')[3] ?? '';
    // All that are broken, and of the others a few: the receiver counted them.
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

/** The last that were taken may be about to be settled. */
const endsAtRest = (table: Table, round: Round): Promise<ReadonlyMap<string, number>> =>
  eventually(
    async () => {
      const ends = await endsOf(table, round);
      return !ends.has('well pending') && ends;
    },
    'what targets that are well have taken is settled',
    SETTLED_WITHIN_MS,
  );

const play = async (ground: Ground, round: Round, name: string): Promise<Result> => {
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
    // With what hangs still in its hands.
    dispatchers.kill('SIGKILL');
  }
};

const HEAD = ['scene', 'messages to targets that are well', 'p50 ms', 'p99 ms', 'all after ms'];

const rowOf = ({ scene, waitsMs }: Result) => [
  scene,
  waitsMs.length,
  rounded(median(waitsMs)),
  rounded(quantile(waitsMs, 0.99)),
  rounded(Math.max(...waitsMs)),
];

const checksOf = (results: readonly Result[]): Check[] => {
  const wait = (scene: Scene, share: number) =>
    median(results.filter((result) => result.scene === scene).map(({ waitsMs }) => quantile(waitsMs, share)));
  const allowed = new Set([
    'well sent',
    'gone failed',
    ...WAYS.flatMap((way) => [`${way} pending`, `${way} retrying`]),
  ]);
  const wrong = results.flatMap(({ ends }) => [...ends.keys()]).filter((end) => !allowed.has(end));
  const ratio = (share: number): Check => {
    const times = wait('five broken', share) / wait('all targets well', share);
    const what = `p${share * 100} of the wait with five broken × without: ${rounded(times)}, at most 10`;
    return { what, kind: 'time', holds: times <= 10 };
  };
  return [
    ...results.map(({ scene, waitsMs, due }) => ({
      what: `${scene}: ${waitsMs.length} of ${due} messages were taken by targets that are well`,
      kind: 'count' as const,
      holds: waitsMs.length === due,
    })),
    {
      what: `no delivery ended as it must not: ${wrong.join(', ') || 'none'}`,
      kind: 'count',
      holds: wrong.length === 0,
    },
    ratio(0.5),
    ratio(0.99),
  ];
};

export const brokenTargets: Bench = {
  about: `Messages to ${TARGETS} webhooks of Teams, five of them broken, through ${INSTANCES} dispatchers in one process`,
  run: async ({ short, print }) => {
    const { rounds, messages } = SIZES[short ? 'short' : 'long'];
    const targets = startChild('./targets-process.ts');
    const { url } = listeningSchema.parse(await nextMessage(targets));
    const secret = randomBytes(32);
    const { vault, ring } = localVault({ secret, keyArn: WEBHOOK_KEY_ARN });
    const scenes = Array.from({ length: rounds }, () => SCENES).flat();
    const plays = await Promise.all(
      scenes.map((scene, position) => roundOf(scene, { group: position + 1, count: messages, url, vault })),
    );
    // All bring the same settings.
    const items = [ringItem(ring), ...plays.flatMap((round, position) => round.items.slice(position === 0 ? 0 : 1))];
    const { table, url: tableUrl, stop } = await startBulkTable(items);
    const [sqs, kms] = [await startSqs({ region: 'eu-central-1' }), await startKms({ secret })];
    try {
      const bundle = join(builtFunctions(), FUNCTION.dispatcher, 'index.mjs');
      const ground = { bundle, table, tableUrl, sqsUrl: sqs.url, kmsUrl: kms.url, targets, url };
      const results: Result[] = [];
      for (const [position, round] of plays.entries()) results.push(await play(ground, round, `round-${position}`));
      print(markdownTable(HEAD, results.map(rowOf)));
      return checksOf(results);
    } finally {
      await sqs.stop();
      await kms.stop();
      await stop();
      targets.disconnect();
    }
  },
};
