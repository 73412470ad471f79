/** Waits for the actor's next turn; an actor calls it before each step that others could come between. */
export type Turn = () => Promise<void>;

/** Starts an actor of the scenario, also from within another actor. */
export type Spawn = (actor: (turn: Turn) => Promise<void>) => void;

type Choice = { readonly taken: number; readonly of: number };

/** Runs a scenario once: whenever all actors wait for a turn, one of them gets it, by `prefix` or else the first. */
const runOnce = async (prefix: readonly number[], scenario: (spawn: Spawn) => void): Promise<Choice[]> => {
  const choices: Choice[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const rest = () => {
    running -= 1;
    if (running > 0) return;
    if (waiting.length === 0) return resolve();
    const taken = prefix[choices.length] ?? 0;
    choices.push({ taken, of: waiting.length });
    const [go] = waiting.splice(taken, 1);
    running += 1;
    go?.();
  };
  const turn: Turn = () =>
    new Promise((go) => {
      waiting.push(go);
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
  return choices;
};

const nextPrefix = (choices: readonly Choice[]): number[] | null => {
  const last = choices.findLastIndex(({ taken, of }) => taken + 1 < of);
  if (last === -1) return null;
  return choices.slice(0, last + 1).map(({ taken }, position) => (position === last ? taken + 1 : taken));
};

/** Visits every order in which the actors' turns can come; returns how many there were. `check` runs after each. */
export const everyInterleaving = async (
  prepare: () => Promise<(spawn: Spawn) => void>,
  check: (order: readonly number[]) => Promise<void>,
): Promise<number> => {
  let visited = 0;
  for (let prefix: number[] | null = []; prefix !== null; visited += 1) {
    const choices = await runOnce(prefix, await prepare());
    await check(choices.map(({ taken }) => taken));
    prefix = nextPrefix(choices);
  }
  return visited;
};
