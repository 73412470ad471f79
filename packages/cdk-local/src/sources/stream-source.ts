import { setTimeout as sleep } from 'node:timers/promises';
import { withEmptyPages } from './empty-pages.ts';
import type { EventSource } from './event-source.ts';
import { inMovedTime } from './moved-time.ts';
import { openShardRun, type ShardProgress, type ShardRun, type ShardRunDeps } from './shard-run.ts';
import { createStreamDelivery, type StreamDeliveryDeps } from './stream-delivery.ts';
import { type StreamPositions, storedPositions } from './stream-positions.ts';
import { openStream, type ShardPosition, type StreamReader, streamOf } from './stream-reader.ts';
import type { StreamSourceConfig } from './stream-source-config.ts';

export type { StreamSourceConfig } from './stream-source-config.ts';

export type StreamSourceDeps = StreamDeliveryDeps & {
  readonly dynamodbUrl: string;
  /** Of the stack's clock from the machine's; 0 when absent. */
  clockOffsetMs?(): number;
  /** What was handled before this start; in memory when absent. */
  readonly positions?: StreamPositions;
};

export type StreamSource = EventSource & {
  /** True while a batch that failed waits for its next try. */
  isRetrying(): boolean;
};

/** How often we look for new shards. */
const SHARDS_POLL_MS = 1000;

/**
 * Reads a table's stream and invokes the function, as a mapping of AWS does: in the order of the stream, at least once,
 * the shard waiting while a batch is retried. It goes on after what `positions` say has been handled.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 *
 * Resolves when the stream is open, so that with `LATEST` what is written afterwards is seen.
 */
export const startStreamSource = async (config: StreamSourceConfig, deps: StreamSourceDeps): Promise<StreamSource> => {
  const { dynamodbUrl, clockOffsetMs = () => 0, positions = storedPositions(undefined) } = deps;
  const reader = inMovedTime(await openStream(dynamodbUrl, config.tableName), clockOffsetMs);
  // By the engine's name of the stream: another table's has other records.
  const place = `${config.functionId} ${await streamOf(dynamodbUrl, config.tableName)}`;
  const progress = {
    after: (shardId: string) => positions.after(`${place} ${shardId}`),
    handled: (shardId: string, sequenceNumber: string) => positions.handled(`${place} ${shardId}`, sequenceNumber),
  };
  return followStream(config, { ...deps, progress }, withEmptyPages(reader));
};

/** The same on a stream that is open already. */
export const followStream = async (
  config: StreamSourceConfig,
  deps: StreamDeliveryDeps & { readonly progress?: ShardProgress },
  reader: StreamReader,
): Promise<StreamSource> => {
  const stopping = new AbortController();
  const delivery = createStreamDelivery({ config, deps, signal: stopping.signal });
  const shards = createShards({ ...deps, config, reader, delivery }, stopping.signal);
  await shards.openNew(config.startingPosition);
  const following = shards.follow();
  return {
    invocationCount: delivery.invocationCount,
    isIdle: shards.areIdle,
    isRetrying: delivery.isRetrying,
    async stop() {
      stopping.abort();
      await following;
      await shards.end();
    },
  };
};

/** Opens the shards of a stream as they appear, and runs them. */
const createShards = (deps: ShardRunDeps, signal: AbortSignal) => {
  const runs = new Map<string, ShardRun>();
  const running: Promise<void>[] = [];
  /** A shard waits for its parent, which holds older records of the same items. With `LATEST` there are none to wait for. */
  const openNew = async (position: ShardPosition) => {
    const shards = await deps.reader.listShards();
    const listed = new Set(shards.map((shard) => shard.shardId));
    for (const { shardId, parentShardId } of shards) {
      if (runs.has(shardId)) continue;
      const hasParent = parentShardId !== undefined && listed.has(parentShardId);
      if (hasParent && position !== 'LATEST' && runs.get(parentShardId)?.isFinished() !== true) continue;
      const run = await openShardRun(shardId, position, deps);
      runs.set(shardId, run);
      running.push(run.run(signal));
    }
  };
  return {
    openNew,
    /** Opens shards that appear while the source runs, from their beginning: nothing in them is older than the source. */
    async follow() {
      while (!signal.aborted) {
        await sleep(SHARDS_POLL_MS, undefined, { signal }).catch(() => {});
        if (signal.aborted) return;
        try {
          await openNew('TRIM_HORIZON');
        } catch (error) {
          deps.log(`listing the shards of ${deps.config.tableName} failed: ${error}`);
        }
      }
    },
    areIdle: async () => (await Promise.all([...runs.values()].map((run) => run.isIdle()))).every(Boolean),
    end: async () => void (await Promise.all(running)),
  };
};
