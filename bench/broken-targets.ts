import { type Bench, type Check, markdownTable, median, quantile, rounded } from './bench.ts';
import { AMONG, play, type Result, roundOf, SCENES, type Scene, WAYS } from './broken-round.ts';
import { INSTANCES, onGround } from './dispatchers.ts';

/**
 * The scenes take turns, so that what disturbs the machine disturbs both; in all 10,000 messages each. The short form has few
 * dispatchers: on a busy machine, many in one process take more than the second that a connection to AWS may take.
 */
const SIZES = {
  short: { rounds: 1, messages: 250, instances: 3 },
  long: { rounds: 2, messages: 5_000, instances: INSTANCES },
} as const;

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
    const times = wait('a tenth broken', share) / wait('all targets well', share);
    const what = `p${share * 100} of the wait with a tenth broken × without: ${rounded(times)}, at most 10`;
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
  about: `Messages to a webhook of Teams each, of ${AMONG} five broken, through ${INSTANCES} dispatchers in one process, ${SIZES.short.instances} in the short form`,
  run: async ({ short, print }) => {
    const { rounds, messages, instances } = SIZES[short ? 'short' : 'long'];
    const scenes = Array.from({ length: rounds }, () => SCENES).flat();
    const results = await onGround(
      async (where) => {
        const plays = await Promise.all(
          scenes.map((scene, position) => roundOf(scene, { ...where, group: position + 1, count: messages })),
        );
        // All bring the same settings.
        return { plays, items: plays.flatMap(({ items }, position) => items.slice(position === 0 ? 0 : 1)) };
      },
      async (ground, { plays }) => {
        const played: Result[] = [];
        for (const [position, round] of plays.entries())
          played.push(await play(ground, round, { name: `round-${position}`, instances }));
        return played;
      },
    );
    print(markdownTable(HEAD, results.map(rowOf)));
    return checksOf(results);
  },
};
