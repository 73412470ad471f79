import { FUNCTION } from '../core/contract.ts';
import type { TestStack } from '../test/stack.ts';
import type { ByOperation } from './cost/measured.ts';

export type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** Calls the API as the owner of a token. Throws unless it succeeds. */
export const askOf =
  (stack: TestStack, token: string): Ask =>
  async (method, path, body) => {
    const { status, json } = await stack.api(method, path, { token, ...(body === undefined ? {} : { body }) });
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}`);
    return json;
  };

/** What an act asks of AWS until nothing is left to do. */
export const askedBy = async (stack: TestStack, act: () => Promise<unknown>): Promise<ByOperation> => {
  await stack.clearCalls();
  await act();
  await stack.atRest(30_000, { ignoreWaiting: true });
  const { totals } = await stack.calls();
  return Object.fromEntries(
    Object.entries(totals)
      // The sweeper runs on a schedule, whatever happens.
      .filter(([name]) => !name.startsWith(`${FUNCTION.sweeper} `))
      .map(([name, { calls, units }]) => [name, { calls, units }] as const)
      .toSorted(([one], [other]) => one.localeCompare(other)),
  );
};

/** What the dispatcher asks for, and what all others do. */
export const split = (all: ByOperation) => {
  const isDispatcher = (name: string) => name.startsWith(`${FUNCTION.dispatcher} `);
  const pick = (wanted: boolean): ByOperation =>
    Object.fromEntries(Object.entries(all).filter(([name]) => isDispatcher(name) === wanted));
  return { dispatcher: pick(true), others: pick(false) };
};

/** What is asked for beside what is asked for anyway. */
export const without = (all: ByOperation, anyway: ByOperation): ByOperation =>
  Object.fromEntries(
    Object.entries(all)
      .map(([name, { calls, units }]) => {
        const less = anyway[name] ?? { calls: 0, units: 0 };
        return [name, { calls: calls - less.calls, units: units - less.units }] as const;
      })
      .filter(([, { calls }]) => calls > 0),
  );
