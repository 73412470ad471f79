import fc from 'fast-check';
import type { World } from './fuzz-world.ts';
import type { Operation } from './operations.ts';
import { type FuzzRequest, requestOf } from './requests.ts';

export type Fuzzed = {
  readonly requests: number;
  /** How many answers had which status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** The smallest request that was found, and what was wrong with its answer. */
  readonly found: string | null;
};

const shown = ({ method, path, headers, body, caller }: FuzzRequest): string => {
  const text = body.toString('latin1');
  const sent = text.length > 600 ? `${text.slice(0, 600)}… (${text.length} bytes)` : text;
  return `${method} ${path}\n  by ${caller}, with ${JSON.stringify(headers)}\n  ${JSON.stringify(sent)}`;
};

/** Fuzzes one call of the API until it has made the requests, the time (if any is set) is over, or an answer breaks a promise. */
export const fuzz = async (
  world: World,
  operation: Operation,
  { seed, requests, timeMs }: { readonly seed: number; readonly requests: number; readonly timeMs?: number },
): Promise<Fuzzed> => {
  const statuses: Record<number, number> = {};
  let made = 0;
  const known = await world.known();
  const property = fc.asyncProperty(requestOf(operation, known), async (request) => {
    const { status, faults } = await world.faults(request);
    made += 1;
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (faults.length > 0) throw new Error(faults.join('\n  '));
  });
  const result = await fc.check(property, {
    seed,
    numRuns: requests,
    ...(timeMs === undefined ? {} : { interruptAfterTimeLimit: timeMs }),
    includeErrorInReport: true,
  });
  if (!result.failed || result.counterexample === null) return { requests: made, statuses, found: null };
  const why = result.errorInstance instanceof Error ? result.errorInstance.message : 'interrupted';
  return { requests: made, statuses, found: `${shown(result.counterexample[0])}\n  ${why}\n  (seed ${seed})` };
};
