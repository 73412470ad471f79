import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { FUNCTION } from '../core/contract.ts';
import { ringItem } from '../core/secrets/store.ts';
import { builtFunctions } from '../lib/bundle.ts';
import { startKms } from '../packages/cdk-local/src/engines/kms.ts';
import { startSqs } from '../packages/cdk-local/src/engines/sqs.ts';
import { startBulkTable } from '../test/bulk-table.ts';
import { localVault } from '../test/local-vault.ts';
import { type Bench, type Check, markdownTable, median, quantile, rounded } from './bench.ts';
import {
  INSTANCES,
  listeningSchema,
  play,
  type Result,
  roundOf,
  SCENES,
  type Scene,
  TARGETS,
  WAYS,
} from './broken-round.ts';
import { nextMessage, startChild } from './child.ts';
import { WEBHOOK_KEY_ARN } from './lambda-environment.ts';

/** The scenes take turns, so that what disturbs the machine disturbs both; in all 10,000 messages each. */
const SIZES = { short: { rounds: 1, messages: 250 }, long: { rounds: 2, messages: 5_000 } } as const;

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
