import { pathToFileURL } from 'node:url';
import { type Start, startOnce } from './child-start.ts';

/** A bundle to start, and the event of its first call; null where no first call is measured. */
export type Startable = { readonly folder: string; readonly event: unknown };

/** Starts that were made one right after the other: a function's, and those of its two floors. */
export type StartGroup = { readonly own: Start; readonly client: Start; readonly empty: Start };

export type StartFloors = { readonly client: Startable; readonly empty: Startable };

const start = ({ folder, event }: Startable, environment: Record<string, string>): Promise<Start> =>
  startOnce(pathToFileURL(`${folder}/index.mjs`).href, { environment, event });

/** In every other round the floors come first, so that being first is no advantage. */
const startGroup = async (
  own: Startable,
  { client, empty }: StartFloors,
  { environment, isReversed }: { readonly environment: Record<string, string>; readonly isReversed: boolean },
): Promise<StartGroup> => {
  const ownFirst = isReversed ? null : await start(own, environment);
  const floors = { client: await start(client, environment), empty: await start(empty, environment) };
  return { own: ownFirst ?? (await start(own, environment)), ...floors };
};

/** Starts each function beside its floors, all functions in turn, round by round. Answers the groups by name. */
export const startInGroups = async (
  functions: ReadonlyMap<string, Startable>,
  floors: StartFloors,
  { rounds, environment }: { readonly rounds: number; readonly environment: Record<string, string> },
): Promise<ReadonlyMap<string, readonly StartGroup[]>> => {
  const groups = new Map<string, StartGroup[]>([...functions.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, own] of functions) {
      groups.get(name)?.push(await startGroup(own, floors, { environment, isReversed: round % 2 === 1 }));
    }
  }
  return groups;
};
