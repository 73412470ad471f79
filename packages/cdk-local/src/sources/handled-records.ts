/** Follows which records of a shard have been handled: those of other lanes may be before those that are read first. */
export type HandledRecords = {
  /** A record was read; one that `waits` is not handled yet. */
  read(sequenceNumber: string, waits: boolean): void;
  handled(sequenceNumbers: readonly string[]): void;
  /** The last record up to which all have been handled; none while the first has not. */
  last(): string | undefined;
};

export const createHandledRecords = (): HandledRecords => {
  let newest: string | undefined;
  /** In the order of the shard: each record that waits, and the one before it. */
  const waiting = new Map<string, string | undefined>();
  return {
    read: (sequenceNumber, waits) => {
      if (waits) waiting.set(sequenceNumber, newest);
      newest = sequenceNumber;
    },
    handled: (sequenceNumbers) => {
      for (const sequenceNumber of sequenceNumbers) waiting.delete(sequenceNumber);
    },
    last: () => {
      const [before] = waiting.values();
      return waiting.size === 0 ? newest : before;
    },
  };
};
