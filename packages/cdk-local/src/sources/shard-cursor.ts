import type { ShardPosition, StreamPage, StreamReader, StreamRecord } from './stream-reader.ts';

/** Where reading has come to in a shard. */
export type ShardCursor = {
  read(limit: number): Promise<StreamPage>;
  /** The next read begins there. */
  moveTo(iterator: string): void;
  /** Notes a record that was read, so that `reopen` begins after it. */
  passed(record: StreamRecord): void;
  /** Begins after the last record again: iterators expire, and an engine that was restarted does not know them. */
  reopen(): Promise<void>;
  /** True when no record follows. */
  isAtEnd(): Promise<boolean>;
};

export const openShardCursor = async (
  reader: StreamReader,
  shardId: string,
  position: ShardPosition,
): Promise<ShardCursor> => {
  let iterator = await reader.openShard(shardId, position);
  let restart = position;
  return {
    read: (limit) => reader.read(iterator, limit),
    moveTo: (next) => {
      iterator = next;
    },
    passed: ({ dynamodb }) => {
      restart = { afterSequenceNumber: dynamodb.SequenceNumber };
    },
    async reopen() {
      try {
        iterator = await reader.openShard(shardId, restart);
      } catch {
        // The next read fails as well, is logged, and leads here again.
      }
    },
    async isAtEnd() {
      const page = await reader.read(iterator, 1);
      // An empty page may come although records follow, but no second one after it (`withEmptyPages`).
      const again = page.next === undefined ? page : await reader.read(page.next, 1);
      return page.records.length === 0 && again.records.length === 0;
    },
  };
};
