import { type Check, median, rounded } from './bench.ts';
import { isAtLeast, isAtMost, pairedRatio, type Ratio, shownRatio } from './pairs.ts';
import type { Poster } from './posters.ts';
import type { Role, Sent } from './sending-process.ts';

/** How a receiver of messages answers. */
export type Target = 'instant' | 'slow' | 'tls';
const TARGETS = { instant: 'answers at once', slow: 'answers after 50 ms', tls: 'answers at once, over TLS' } as const;

/** A sender, with the work that it gets. */
export type Contestant = {
  readonly name: string;
  readonly target: Target;
  readonly role: Role;
  /** What it is to send in a round. */
  readonly work: (round: number) => readonly string[];
};

/** What each round of a sender took. */
export type Result = Contestant & { readonly rounds: Sent[] };

/** How a poster is shown. */
export const posterName = ({ way, connections }: Poster): string =>
  connections === 1 ? `${way}, one after another` : `${way}, ${connections} connections`;

/** How the dispatcher is shown. */
export const DISPATCHER = 'the dispatcher, batches of 10';

const each = (result: Result, pick: (sent: Sent) => number): number =>
  median(result.rounds.map(pick)) / result.work(0).length;
const perSecond = (result: Result): number => 1_000 / each(result, ({ ms }) => ms);
const cpuEach = (result: Result): number => each(result, ({ cpuMs }) => cpuMs);
const awsEach = (result: Result): number => each(result, ({ awsRequests }) => awsRequests);

/** Head of the table of results. */
export const HEAD = ['target', 'sender', 'messages a second', 'CPU ms a message', 'AWS requests a message'];
/** A row of it. */
export const row = (result: Result) => [
  TARGETS[result.target],
  result.name,
  rounded(perSecond(result)),
  rounded(cpuEach(result)),
  rounded(awsEach(result)),
];

/** The goals of docs/speed.md. */
export const checksOf = (results: readonly Result[]): Check[] => {
  const find = (target: Target, name: string): Result => {
    const found = results.find((result) => result.target === target && result.name === name);
    if (found === undefined) throw new Error(`${name} was not measured`);
    return found;
  };
  const bare = (target: Target, way: Poster['way'], connections: number) =>
    find(target, posterName({ way, connections }));
  const [instant, slow] = [find('instant', DISPATCHER), find('slow', DISPATCHER)];
  const inRounds = (one: Result, other: Result, figure: (result: Result, sent: Sent) => number): Ratio =>
    pairedRatio(
      one.rounds.flatMap((sent, round) => {
        const beside = other.rounds[round];
        return beside === undefined ? [] : [{ value: figure(one, sent), floor: figure(other, beside) }];
      }),
    );
  const atMost = (what: string, ratio: Ratio, most: number): Check => ({
    what: `${what}: ${shownRatio(ratio)}, at most ${most}`,
    kind: 'time',
    holds: isAtMost(ratio, most),
  });
  const atLeast = (what: string, ratio: Ratio, least: number): Check => ({
    what: `${what}: ${shownRatio(ratio)}, at least ${least}`,
    kind: 'time',
    holds: isAtLeast(ratio, least),
  });
  const cpu = (result: Result, { cpuMs }: Sent) => cpuMs / result.work(0).length;
  const rate = (result: Result, { ms }: Sent) => result.work(0).length / ms;
  const posting = (target: Target) => inRounds(bare(target, 'webhook.ts', 50), bare(target, 'node:http', 50), rate);
  const sequential = bare('instant', 'node:http without keep-alive', 1);
  return [
    {
      what: `dispatcher, CPU ms a message: ${rounded(cpuEach(instant))}, at most 0.8`,
      kind: 'time',
      holds: cpuEach(instant) <= 0.8,
    },
    atMost('dispatcher, CPU × a bare undici post', inRounds(instant, bare('instant', 'undici', 10), cpu), 5),
    atLeast('dispatcher, messages a second × a sequential sender', inRounds(instant, sequential, rate), 2),
    atLeast('dispatcher to 50 ms × undici with 10', inRounds(slow, bare('slow', 'undici', 10), rate), 0.85),
    atLeast('posting alone × node:http', posting('instant'), 0.85),
    atLeast('posting alone × node:http, TLS', posting('tls'), 0.85),
    // Acquire, list, read, route, notified state, settle, release: of one event at a target that waits for none.
    {
      what: `dispatcher, AWS requests a message of one event: ${rounded(awsEach(instant))}, at most 7`,
      kind: 'count',
      holds: awsEach(instant) <= 7,
    },
  ];
};
