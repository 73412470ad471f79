type Waiting<Entry, Result> = {
  readonly entry: Entry;
  readonly done: (result: Result | Promise<Result>) => void;
  readonly failed: (error: unknown) => void;
};

export type GroupCommit<Entry, Result> = {
  /** How many entries will come in all. */
  readonly expected: number;
  /** Writes entries together; a result for each, in their order. What it throws is thrown to each of them. */
  readonly flush: (entries: readonly Entry[]) => Promise<readonly (Result | Promise<Result>)[]>;
  /** A moment in which more entries may come. */
  readonly gather: () => Promise<void>;
};

/**
 * Writes what comes one by one in few requests: while a flush is under way, what comes meanwhile gathers for the next. An
 * entry waits for a moment and for one flush at the most, never for the last entry. Returns how to add one.
 */
export const groupCommit = <Entry, Result>({ expected, flush, gather }: GroupCommit<Entry, Result>) => {
  let outstanding = expected;
  let waiting: Waiting<Entry, Result>[] = [];
  let flushing = false;
  let allCame = () => {};

  const flushTogether = async (together: readonly Waiting<Entry, Result>[]): Promise<void> => {
    try {
      const results = await flush(together.map(({ entry }) => entry));
      for (const [position, { done, failed }] of together.entries()) {
        const result = results[position];
        if (result === undefined) failed(new Error('The flush gave no result'));
        else done(result);
      }
    } catch (error) {
      for (const { failed } of together) failed(error);
    }
  };

  const flushWhileSomeWait = async (): Promise<void> => {
    flushing = true;
    while (waiting.length > 0) {
      const { promise: all, resolve } = Promise.withResolvers<void>();
      allCame = resolve;
      if (waiting.length < outstanding) await Promise.race([all, gather()]);
      const together = waiting;
      waiting = [];
      outstanding -= together.length;
      await flushTogether(together);
    }
    flushing = false;
  };

  return (entry: Entry): Promise<Result> => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    waiting.push({ entry, done: resolve, failed: reject });
    if (waiting.length === outstanding) allCame();
    if (!flushing) void flushWhileSomeWait();
    return promise;
  };
};
