import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { FUNCTION } from '../core/contract.ts';
import { ringItem } from '../core/secrets/store.ts';
import { builtFunctions } from '../lib/bundle.ts';
import { startKms } from '../packages/cdk-local/src/engines/kms.ts';
import { startBulkTable } from '../test/bulk-table.ts';
import { localVault } from '../test/local-vault.ts';
import { type Bench, markdownTable } from './bench.ts';
import { nextMessage, startChild } from './child.ts';
import { renderedBodies, waitingDeliveries } from './dispatch-items.ts';
import {
  type Contestant,
  checksOf,
  DISPATCHER,
  HEAD,
  posterName,
  type Result,
  row,
  type Target,
} from './dispatch-results.ts';
import { lambdaEnvironment, WEBHOOK_KEY_ARN } from './lambda-environment.ts';
import type { Poster } from './posters.ts';
import type { Sent } from './sending-process.ts';

/**
 * Messages a round, and rounds: the senders take turns, so that what disturbs the machine disturbs all. `posts` is of those
 * that do nothing else: with few of them one would measure how fast Node compiles.
 */
const SIZES = {
  short: { rounds: 1, instant: 100, posts: 100, slow: 20 },
  long: { rounds: 5, instant: 1_000, posts: 5_000, slow: 200 },
} as const;

const receiverSchema = z.object({ plain: z.string(), tls: z.string(), cert: z.string() });
const sentSchema = z.object({ ms: z.number(), cpuMs: z.number(), awsRequests: z.number() }) satisfies z.ZodType<Sent>;

const POSTERS: readonly (Poster & { readonly target: Target })[] = [
  { way: 'undici', connections: 10, target: 'instant' },
  { way: 'undici', connections: 50, target: 'instant' },
  { way: 'node:http', connections: 50, target: 'instant' },
  { way: 'webhook.ts', connections: 50, target: 'instant' },
  { way: 'node:http without keep-alive', connections: 1, target: 'instant' },
  { way: 'undici', connections: 10, target: 'slow' },
  { way: 'node:http', connections: 50, target: 'tls' },
  { way: 'webhook.ts', connections: 50, target: 'tls' },
];

const runInTurn = async (
  contestants: readonly Contestant[],
  { rounds, environment }: { readonly rounds: number; readonly environment: Record<string, string> },
): Promise<Result[]> => {
  const children: ChildProcess[] = [];
  try {
    const results = contestants.map((contestant) => ({ ...contestant, rounds: [] as Sent[] }));
    for (const { role } of results) {
      const child = startChild('./sending-process.ts', { args: [JSON.stringify(role)], environment });
      children.push(child);
      await nextMessage(child);
    }
    // The first round is none of the result: all are warm when it counts.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [position, { work, rounds: done }] of results.entries()) {
        const child = children[position];
        if (child === undefined) throw new Error('no process');
        const answer = nextMessage(child);
        child.send(work(round));
        const sent = sentSchema.parse(await answer);
        if (round > 0) done.push(sent);
      }
    }
    return results;
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
  }
};

type Ground = {
  readonly size: { readonly rounds: number; readonly instant: number; readonly posts: number; readonly slow: number };
  readonly receiver: z.infer<typeof receiverSchema>;
  readonly bundle: string;
  readonly body: string;
  /** Behind the keys of KMS. */
  readonly secret: Uint8Array;
};

/** The dispatcher twice, each with deliveries of its own for every round, and those that only post. */
const contestantsOn = async ({ size, receiver, bundle, body, secret }: Ground) => {
  const { vault, ring } = localVault({ secret, keyArn: WEBHOOK_KEY_ARN });
  const there = { receiver: receiver.plain, vault };
  const slowThere = { receiver: `${receiver.plain}/slow`, vault };
  const instant = await waitingDeliveries((size.rounds + 1) * size.instant, { ...there, group: 1 });
  const slow = await waitingDeliveries((size.rounds + 1) * size.slow, { ...slowThere, group: 2 });
  const stretch = (messages: readonly string[], count: number) => (round: number) =>
    messages.slice(round * count, (round + 1) * count);
  const urls = (start: string, count: number) => Array.from({ length: count }, (_, n) => `${start}/slack/${n}`);
  const contestants: Contestant[] = [
    { name: DISPATCHER, target: 'instant', role: { bundle }, work: stretch(instant.messages, size.instant) },
    { name: DISPATCHER, target: 'slow', role: { bundle }, work: stretch(slow.messages, size.slow) },
    ...POSTERS.map(({ target, ...poster }): Contestant => {
      const origin = target === 'tls' ? receiver.tls : receiver.plain;
      const posted = target === 'slow' ? urls(`${origin}/slow`, size.slow) : urls(origin, size.posts);
      return { name: posterName(poster), target, role: { ...poster, origin, body }, work: () => posted };
    }),
  ];
  return { contestants, items: [ringItem(ring), ...instant.items, ...slow.items.slice(1)] };
};

export const dispatch: Bench = {
  about:
    'What a message costs from the queue to the webhook; the dispatcher acquires its target, reads, posts, settles and releases',
  run: async ({ short, print }) => {
    const size = SIZES[short ? 'short' : 'long'];
    const directory = mkdtempSync(join(tmpdir(), 'gatebell-bench-'));
    const bodies = await renderedBodies();
    const receiving = startChild('./outside-process.ts');
    const receiver = receiverSchema.parse(await nextMessage(receiving));
    const certificateFile = join(directory, 'certificate.pem');
    writeFileSync(certificateFile, receiver.cert);
    const bundle = join(builtFunctions(), FUNCTION.dispatcher, 'index.mjs');
    const secret = randomBytes(32);
    const kms = await startKms({ secret });
    const { contestants, items } = await contestantsOn({ size, receiver, bundle, body: bodies[0] ?? '', secret });
    const { table, url, stop } = await startBulkTable(items);
    try {
      const environment = {
        ...lambdaEnvironment(url, { tableName: table.name, localWebhookOrigin: receiver.plain }),
        AWS_ENDPOINT_URL_KMS: kms.url,
        NODE_EXTRA_CA_CERTS: certificateFile,
      };
      const results = await runInTurn(contestants, { rounds: size.rounds, environment });
      print(`Bodies of ${bodies.map((body) => Buffer.byteLength(body)).join(' (Slack) and ')} bytes (Teams).`);
      print(markdownTable(HEAD, results.map(row)));
      return checksOf(results);
    } finally {
      await stop();
      await kms.stop();
      receiving.disconnect();
      rmSync(directory, { recursive: true });
    }
  },
};
