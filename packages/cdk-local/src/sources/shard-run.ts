import { setTimeout as sleep } from 'node:timers/promises';
import { passesFilters } from './filter-pattern.ts';
import { createHandledRecords, type HandledRecords } from './handled-records.ts';
import { openShardCursor, type ShardCursor } from './shard-cursor.ts';
import { STREAM_RETENTION_SECONDS, type StreamDelivery, type StreamDeliveryDeps } from './stream-delivery.ts';
import { changesNothing, laneOf, streamEventRecord } from './stream-event.ts';
import { createStreamLane } from './stream-lane.ts';
import type { ShardPosition, StreamReader, StreamRecord } from './stream-reader.ts';
import type { StreamSourceConfig } from './stream-source-config.ts';

const POLL_PAUSE_MS = 50;
const PAUSE_AFTER_ERROR_MS = 500;
const DRAIN_POLL_MS = 5;
/** Read ahead of the function, at most; then reading waits. */
const MAXIMUM_WAITING = 10_000;
const RECORDS_PER_READ = 1000;

/** Up to where a mapping has handled records, by shard. */
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

/** Reads one shard and delivers its records to the function. */
export type ShardRun = {
  /** True when everything in the shard has been handled and no more records follow. */
  isFinished(): boolean;
  /** True when no record is being handled, and the stream shows none that has not been read. */
  isIdle(): Promise<boolean>;
  /** Reads and delivers until the shard ends or `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
};

/** Opens a shard after what was handled before, or at `start`. */
export const openShardRun = async (shardId: string, start: ShardPosition, deps: ShardRunDeps): Promise<ShardRun> => {
  const after = deps.progress?.after(shardId);
  const position = after === undefined ? start : { afterSequenceNumber: after };
  const cursor = await openShardCursor(deps.reader, shardId, position);
  const handled = createHandledRecords();
  const saveProgress = () => {
    const last = handled.last();
    if (last !== undefined) deps.progress?.handled(shardId, last);
  };
  const lanes = createLanes(deps.config, async (records) => {
    if (!(await deps.delivery.deliver(records, shardId))) return;
    handled.handled(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
    saveProgress();
  });
  const parts = { deps, cursor, lanes, handled, saveProgress };
  let isFinished = false;
  return {
    isFinished: () => isFinished,
    isIdle: async () => isFinished || (lanes.areIdle() && (await cursor.isAtEnd()) && lanes.areIdle()),
    async run(signal) {
      const delivering = lanes.run(signal);
      isFinished = await readToEnd(parts, signal);
      if (signal.aborted) await delivering;
    },
  };
};

type Parts = {
  readonly deps: ShardRunDeps;
  readonly cursor: ShardCursor;
  readonly lanes: Lanes;
  readonly handled: HandledRecords;
  readonly saveProgress: () => void;
};

/** True when the shard is closed and its records have been handled; false when `signal` aborts before. */
const readToEnd = async (parts: Parts, signal: AbortSignal): Promise<boolean> => {
  while (!signal.aborted) {
    const outcome = await readOnce(parts);
    if (outcome === 'closed') {
      while (!parts.lanes.areIdle() && !signal.aborted) await pause(DRAIN_POLL_MS, signal);
      return !signal.aborted;
    }
    if (outcome !== 'read') await pause(outcome === 'empty' ? POLL_PAUSE_MS : PAUSE_AFTER_ERROR_MS, signal);
  }
  return false;
};

/** Reads a page and gives its records to the lanes. */
const readOnce = async (parts: Parts): Promise<'read' | 'empty' | 'failed' | 'closed'> => {
  const { deps, cursor, lanes, handled, saveProgress } = parts;
  if (lanes.waiting() >= MAXIMUM_WAITING) return 'empty';
  try {
    const { records, next } = await cursor.read(RECORDS_PER_READ);
    for (const record of records) {
      cursor.passed(record);
      const isWanted = isForFunction(record, deps);
      if (isWanted) lanes.push(record);
      handled.read(record.dynamodb.SequenceNumber, isWanted);
    }
    saveProgress();
    if (next === undefined) return 'closed';
    cursor.moveTo(next);
    return records.length > 0 ? 'read' : 'empty';
  } catch (error) {
    deps.log(`reading the stream of ${deps.config.tableName} failed: ${error}`);
    await cursor.reopen();
    return 'failed';
  }
};

const isForFunction = (record: StreamRecord, { config, now }: ShardRunDeps): boolean => {
  // DynamoDB would have dropped it; the engine keeps everything.
  const oldest = now().getTime() / 1000 - STREAM_RETENTION_SECONDS;
  if (record.dynamodb.ApproximateCreationDateTime < oldest || changesNothing(record)) return false;
  return passesFilters(config.filters, streamEventRecord(record, config.streamArn));
};

type Lanes = ReturnType<typeof createLanes>;

/** The lanes of a shard, by the mapping's parallelization factor. Records of an item share a lane. */
const createLanes = (config: StreamSourceConfig, deliver: (records: readonly StreamRecord[]) => Promise<void>) => {
  const { batchSize = 100, maximumBatchingWindowSeconds = 0, parallelizationFactor = 1 } = config;
  const limits = { batchSize, windowMs: maximumBatchingWindowSeconds * 1000 };
  const lanes = Array.from({ length: parallelizationFactor }, () => createStreamLane(limits, deliver));
  return {
    areIdle: () => lanes.every((lane) => lane.isIdle()),
    waiting: () => lanes.reduce((sum, lane) => sum + lane.waiting(), 0),
    push: (record: StreamRecord) => lanes[laneOf(record, lanes.length)]?.push(record),
    run(signal: AbortSignal) {
      signal.addEventListener('abort', () => {
        for (const lane of lanes) lane.wake();
      });
      return Promise.all(lanes.map((lane) => lane.run(signal)));
    },
  };
};

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await sleep(ms, undefined, { signal }).catch(() => {});
};
