import { setTimeout as sleep } from 'node:timers/promises';
import { passesFilters } from './filter-pattern.ts';
import { createHandledRecords } from './handled-records.ts';
import { STREAM_RETENTION_SECONDS, type StreamDelivery, type StreamDeliveryDeps } from './stream-delivery.ts';
import { changesNothing, laneOf, streamEventRecord } from './stream-event.ts';
import { StreamLane } from './stream-lane.ts';
import type { ShardPosition, StreamReader, StreamRecord } from './stream-reader.ts';
import type { StreamSourceConfig } from './stream-source-config.ts';

const POLL_PAUSE_MS = 50;
const PAUSE_AFTER_ERROR_MS = 500;
const DRAIN_POLL_MS = 5;
/** Read ahead of the function, at most; then reading waits. */
const MAXIMUM_WAITING = 10_000;
const RECORDS_PER_READ = 1000;

/** How far a mapping has come, by shard. */
export type ShardProgress = {
  after(shardId: string): string | undefined;
  handled(shardId: string, sequenceNumber: string): void;
};

export type ShardRunDeps = StreamDeliveryDeps & {
  readonly progress?: ShardProgress;
  readonly config: StreamSourceConfig;
  readonly reader: StreamReader;
  readonly delivery: StreamDelivery;
};

/** One shard on its way to the function. */
export class ShardRun {
  readonly shardId: string;
  /** Everything in it has been handled, and nothing more will come. */
  isFinished = false;
  readonly #deps: ShardRunDeps;
  readonly #lanes: readonly StreamLane[];
  readonly #handled = createHandledRecords();
  #iterator: string;
  #restart: ShardPosition;

  private constructor(shardId: string, iterator: string, start: ShardPosition, deps: ShardRunDeps) {
    this.shardId = shardId;
    this.#iterator = iterator;
    this.#restart = start;
    this.#deps = deps;
    const { batchSize = 100, maximumBatchingWindowSeconds = 0, parallelizationFactor = 1 } = deps.config;
    const limits = { batchSize, windowMs: maximumBatchingWindowSeconds * 1000 };
    const deliver = async (records: readonly StreamRecord[]) => {
      if (!(await deps.delivery.deliver(records, shardId))) return;
      this.#handled.handled(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
      this.#keepProgress();
    };
    this.#lanes = Array.from({ length: parallelizationFactor }, () => new StreamLane(limits, deliver));
  }

  static async open(shardId: string, start: ShardPosition, deps: ShardRunDeps): Promise<ShardRun> {
    const after = deps.progress?.after(shardId);
    const position = after === undefined ? start : { afterSequenceNumber: after };
    return new ShardRun(shardId, await deps.reader.openShard(shardId, position), position, deps);
  }

  /** True when nothing is being handled, and a look at the stream shows no record that has not been read. */
  async isIdle(): Promise<boolean> {
    if (this.isFinished) return true;
    if (!this.#isDrained()) return false;
    const seen = await this.#deps.reader.read(this.#iterator, 1);
    // An empty page may come although records follow, but no second one after it (`withEmptyPages`).
    const again = seen.next === undefined ? seen : await this.#deps.reader.read(seen.next, 1);
    return seen.records.length === 0 && again.records.length === 0 && this.#isDrained();
  }

  /** Reads and delivers until the shard ends or `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const lanes = this.#lanes.map((lane) => lane.run(signal));
    signal.addEventListener('abort', () => {
      for (const lane of this.#lanes) lane.wake();
    });
    while (!signal.aborted && !this.isFinished) {
      const round = await this.#round();
      if (round === 'closed') {
        while (!this.#isDrained() && !signal.aborted) await pause(DRAIN_POLL_MS, signal);
        this.isFinished = !signal.aborted;
      } else if (round !== 'read') {
        await pause(round === 'empty' ? POLL_PAUSE_MS : PAUSE_AFTER_ERROR_MS, signal);
      }
    }
    if (signal.aborted) await Promise.all(lanes);
  }

  async #round(): Promise<'read' | 'empty' | 'failed' | 'closed'> {
    if (this.#waiting() >= MAXIMUM_WAITING) return 'empty';
    try {
      const { records, next } = await this.#deps.reader.read(this.#iterator, RECORDS_PER_READ);
      for (const record of records) this.#handled.read(record.dynamodb.SequenceNumber, this.#take(record));
      this.#keepProgress();
      if (next === undefined) return 'closed';
      this.#iterator = next;
      return records.length > 0 ? 'read' : 'empty';
    } catch (error) {
      this.#deps.log(`reading the stream of ${this.#deps.config.tableName} failed: ${error}`);
      await this.#reopen();
      return 'failed';
    }
  }

  /** Iterators expire, and an engine that was started again does not know them. */
  async #reopen(): Promise<void> {
    try {
      this.#iterator = await this.#deps.reader.openShard(this.shardId, this.#restart);
    } catch {
      // The next round fails as well, says so, and comes back here.
    }
  }

  #keepProgress(): void {
    const last = this.#handled.last();
    if (last !== undefined) this.#deps.progress?.handled(this.shardId, last);
  }

  /** False for a record that the function does not get. */
  #take(record: StreamRecord): boolean {
    const { config } = this.#deps;
    this.#restart = { afterSequenceNumber: record.dynamodb.SequenceNumber };
    // DynamoDB would have dropped it; the engine keeps everything.
    const oldest = this.#deps.now().getTime() / 1000 - STREAM_RETENTION_SECONDS;
    if (record.dynamodb.ApproximateCreationDateTime < oldest || changesNothing(record)) return false;
    if (!passesFilters(config.filters, streamEventRecord(record, config.streamArn))) return false;
    this.#lanes[laneOf(record, this.#lanes.length)]?.push(record);
    return true;
  }

  #isDrained(): boolean {
    return this.#lanes.every((lane) => lane.isIdle);
  }

  #waiting(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  }
}

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await sleep(ms, undefined, { signal }).catch(() => {});
};
