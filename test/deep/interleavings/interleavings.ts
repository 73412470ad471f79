/** What an actor's step reads and writes: names of items, or of whatever else others touch. */
export type Step = { readonly reads?: readonly string[]; readonly writes?: readonly string[] };

/** Waits for the actor's next turn; an actor calls it before each step that others could come between. */
export type Turn = (step: Step) => Promise<void>;

/** Starts an actor of the scenario, also from within another actor. */
export type Spawn = (actor: (turn: Turn) => Promise<void>) => void;

/** Which of the actors that could go went. */
type Choice = { readonly taken: number; readonly of: number };

/** `skipped`: the run began like an order that was visited already, with two independent steps swapped. */
type Run = { readonly choices: readonly Choice[]; readonly skipped: boolean };

/** `before`: its place among those that waited when the last turn was given; null for one that came since. */
type Waiter = { readonly step: Step; readonly go: () => void; before: number | null };

type Last = { readonly step: Step; readonly place: number };

const touches = (names: readonly string[] = [], { reads = [], writes = [] }: Step): boolean =>
  names.some((name) => reads.includes(name) || writes.includes(name));

/** Neither writes what the other reads or writes: in both orders all ends alike. */
const areIndependent = (one: Step, other: Step): boolean => !touches(one.writes, other) && !touches(other.writes, one);

/** This step could have come just before the last one, with the same end: that order comes earlier, and was visited. */
const isEqualToEarlier = ({ step, before }: Waiter, last: Last | null): boolean =>
  last !== null && before !== null && before < last.place && areIndependent(step, last.step);

/** Runs a scenario once: whenever all actors wait for a turn, one of them gets it, by `prefix` or else the first. */
const runOnce = async (prefix: readonly number[], scenario: (spawn: Spawn) => void): Promise<Run> => {
  const choices: Choice[] = [];
  const waiting: Waiter[] = [];
  let last: Last | null = null;
  let skipped = false;
  let running = 0;
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();

  const giveTurn = (): void => {
    const open = waiting.filter((waiter) => !isEqualToEarlier(waiter, last));
    skipped ||= open.length === 0;
    const taken = prefix[choices.length] ?? 0;
    // What is skipped only has to end.
    const chosen = skipped ? waiting[0] : open[taken];
    if (chosen === undefined) throw new Error('The scenario does not run the same way twice');
    if (!skipped) choices.push({ taken, of: open.length });
    const place = waiting.indexOf(chosen);
    last = { step: chosen.step, place };
    for (const [position, waiter] of waiting.entries()) waiter.before = position;
    waiting.splice(place, 1);
    running += 1;
    chosen.go();
  };
  const rest = () => {
    running -= 1;
    if (running > 0) return;
    if (waiting.length === 0) resolve();
    else giveTurn();
  };
  const turn: Turn = (step) =>
    new Promise((go) => {
      waiting.push({ step, go, before: null });
      rest();
    });
  const spawn: Spawn = (actor) => {
    running += 1;
    actor(turn).then(rest, reject);
  };
  running += 1;
  scenario(spawn);
  rest();
  await ended;
  return { choices, skipped };
};

const nextPrefix = (choices: readonly Choice[]): number[] | null => {
  const last = choices.findLastIndex(({ taken, of }) => taken + 1 < of);
  if (last === -1) return null;
  return choices.slice(0, last + 1).map(({ taken }, position) => (position === last ? taken + 1 : taken));
};

/** `visited` orders were run and checked; `skipped` ones were given up where they became equal to one of those. */
export type Visits = { readonly visited: number; readonly skipped: number };

/**
 * Visits the orders in which the actors' turns can come; `check` runs after each. Of orders that differ only in how independent
 * neighbors stand, the first is visited: in the others, some step follows one that it could have come before, with the same end.
 */
export const everyInterleaving = async (
  prepare: () => Promise<(spawn: Spawn) => void>,
  check: (order: readonly number[]) => Promise<void>,
): Promise<Visits> => {
  let visited = 0;
  let skipped = 0;
  for (let prefix: number[] | null = []; prefix !== null; ) {
    const run = await runOnce(prefix, await prepare());
    if (run.skipped) skipped += 1;
    else {
      visited += 1;
      await check(run.choices.map(({ taken }) => taken));
    }
    prefix = nextPrefix(run.choices);
  }
  return { visited, skipped };
};
