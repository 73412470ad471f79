type WaitingEntry<Entry, Result> = {
  readonly entry: Entry;
  readonly resolve: (result: Result | Promise<Result>) => void;
  readonly reject: (error: unknown) => void;
};

export type GroupCommit<Entry, Result> = {
  /** How many entries will be added in total. */
  readonly expected: number;
  /** Writes entries together and returns a result for each, in order. An error rejects all of them. */
  readonly flush: (entries: readonly Entry[]) => Promise<readonly (Result | Promise<Result>)[]>;
  /** Waits briefly for more entries. */
  readonly waitForMore: () => Promise<void>;
};

/**
 * Writes entries that come one by one in few requests: entries that come during a flush are written together by the next one.
 * An entry waits briefly for others and for one flush, but never for the last entry. Returns the function that adds one.
 */
export const groupCommit = <Entry, Result>({ expected, flush, waitForMore }: GroupCommit<Entry, Result>) => {
  let outstanding = expected;
  let waiting: WaitingEntry<Entry, Result>[] = [];
  let flushing = false;
  let resolveAllAdded = () => {};

  const flushTogether = async (together: readonly WaitingEntry<Entry, Result>[]): Promise<void> => {
    try {
      const results = await flush(together.map(({ entry }) => entry));
      for (const [position, { resolve, reject }] of together.entries()) {
        const result = results[position];
        if (result === undefined) reject(new Error('The flush returned no result'));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  };

  const flushUntilEmpty = async (): Promise<void> => {
    flushing = true;
    while (waiting.length > 0) {
      const { promise: allAdded, resolve } = Promise.withResolvers<void>();
      resolveAllAdded = resolve;
      if (waiting.length < outstanding) await Promise.race([allAdded, waitForMore()]);
      const together = waiting;
      waiting = [];
      outstanding -= together.length;
      await flushTogether(together);
    }
    flushing = false;
  };

  return (entry: Entry): Promise<Result> => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    waiting.push({ entry, resolve, reject });
    if (waiting.length === outstanding) resolveAllAdded();
    if (!flushing) void flushUntilEmpty();
    return promise;
  };
};
