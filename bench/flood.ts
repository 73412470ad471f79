import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { wakeMessageSchema } from '../core/deliveries/delivery-message.ts';
import { listWaiting } from '../core/deliveries/store/waiting.ts';
import type { TargetName } from '../core/targets/target-record.ts';
import { type Bench, type Check, markdownTable, median, rounded } from './bench.ts';
import { deliveriesTo } from './dispatch-items.ts';
import { type Ground, INSTANCES, onGround, startDispatchers, takenBy } from './dispatchers.ts';

/** Products that share a webhook and whose gates all change at once; messages to webhooks of their own that come with them. */
const SIZES = { short: { flips: 300, others: 50 }, long: { flips: 10_000, others: 500 } } as const;

const DEADLINE_MS = 180_000;
const LOOK_EVERY_MS = 100;

const targetIn = (message: string): TargetName => wakeMessageSchema.parse(JSON.parse(message)).target;

type Scene = {
  readonly messages: readonly string[];
  /** The webhook that many share, if any. */
  readonly shared: TargetName | null;
  readonly others: number;
};

type Seen = {
  /** When each message to the shared webhook came, in ms from when the dispatchers began. */
  readonly sharedMs: number[];
  readonly othersMs: number[];
  /** Whether nothing waits for the shared webhook any more. */
  isReported: boolean;
};

/** Whether every flip was reported: no entry of the shared webhook is left in the index. */
const isEmpty = async ({ table }: Ground, target: TargetName): Promise<boolean> =>
  (await listWaiting(table, { target, upTo: null, limit: 1, start: undefined })).refs.length === 0;

const watch = async (ground: Ground, dispatchers: ChildProcess, { shared, others }: Scene): Promise<Seen> => {
  const startMs = Date.now();
  const seen: Seen = { sharedMs: [], othersMs: [], isReported: shared === null };
  while (Date.now() - startMs < DEADLINE_MS && (!seen.isReported || seen.othersMs.length < others)) {
    await delay(LOOK_EVERY_MS);
    for (const { path, atMs } of await takenBy(ground, dispatchers))
      (path.startsWith('/slack/shared') ? seen.sharedMs : seen.othersMs).push(atMs - startMs);
    if (shared !== null) seen.isReported = await isEmpty(ground, shared);
  }
  return seen;
};

const play = async (ground: Ground, name: string, scene: Scene): Promise<Seen> => {
  const dispatchers = await startDispatchers(ground, { name, messages: scene.messages, instances: INSTANCES });
  try {
    dispatchers.send('begin');
    return await watch(ground, dispatchers, scene);
  } finally {
    dispatchers.kill('SIGKILL');
  }
};

/** Spreads some messages evenly among many. */
const spread = (many: readonly string[], some: readonly string[]): string[] => {
  const each = Math.ceil(many.length / some.length);
  return some.flatMap((message, position) => [...many.slice(position * each, (position + 1) * each), message]);
};

type Result = { readonly alone: Seen; readonly beside: Seen; readonly flips: number; readonly others: number };

const checksOf = ({ alone, beside, flips, others }: Result): Check[] => {
  const seconds = Math.max(...beside.sharedMs) / 1_000;
  const times = median(beside.othersMs) / median(alone.othersMs);
  return [
    { what: `all ${flips} gates were reported to the shared webhook`, kind: 'count', holds: beside.isReported },
    {
      what: `messages for them: ${beside.sharedMs.length}, at most 250`,
      kind: 'count',
      holds: beside.sharedMs.length <= 250,
    },
    ...[alone, beside].map(({ othersMs }) => ({
      what: `${othersMs.length} of ${others} messages were taken by other webhooks`,
      kind: 'count' as const,
      holds: othersMs.length === others,
    })),
    { what: `seconds until the last of them: ${rounded(seconds)}, at most 60`, kind: 'time', holds: seconds <= 60 },
    { what: `p50 of others × without the flood: ${rounded(times)}, at most 1.2`, kind: 'time', holds: times <= 1.2 },
  ];
};

const rowOf = (scene: string, { sharedMs, othersMs }: Seen) => [
  scene,
  sharedMs.length,
  rounded(Math.max(0, ...sharedMs) / 1_000),
  rounded(median(othersMs)),
  rounded(Math.max(...othersMs)),
];

export const flood: Bench = {
  about: `Gates of products that share one Slack webhook change at once, beside messages to others, through ${INSTANCES} dispatchers in one process. The webhook gets a message every ten seconds, in real time, as on a stage.`,
  run: async ({ short, print }) => {
    const { flips, others } = SIZES[short ? 'short' : 'long'];
    const result = await onGround(
      async ({ url, vault }) => {
        const to = (webhooks: readonly string[], group: number) =>
          deliveriesTo(webhooks, { channel: 'slack', group, vault });
        const own = (group: number) => Array.from({ length: others }, (_, n) => `${url}/slack/${group}/${n}`);
        const many = await to(
          Array.from({ length: flips }, () => `${url}/slack/shared`),
          1,
        );
        const [alone, beside] = [await to(own(2), 2), await to(own(3), 3)];
        // All bring the same settings.
        const items = [...many.items, ...alone.items.slice(1), ...beside.items.slice(1)];
        return { many: many.messages, alone: alone.messages, beside: beside.messages, items };
      },
      async (ground, { many, alone, beside }): Promise<Result> => {
        const shared = many[0] === undefined ? null : targetIn(many[0]);
        return {
          flips,
          others,
          alone: await play(ground, 'alone', { messages: alone, shared: null, others }),
          beside: await play(ground, 'beside', { messages: spread(many, beside), shared, others }),
        };
      },
    );
    const head = ['scene', 'messages to the shared webhook', 'last after s', 'others, p50 ms', 'others, all after ms'];
    print(markdownTable(head, [rowOf('without the flood', result.alone), rowOf('with it', result.beside)]));
    return checksOf(result);
  },
};
