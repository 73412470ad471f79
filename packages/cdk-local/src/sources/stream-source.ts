import { setTimeout as sleep } from 'node:timers/promises';
import { withEmptyPages } from './empty-pages.ts';
import type { EventSource } from './event-source.ts';
import { inMovedTime } from './moved-time.ts';
import { type ShardProgress, ShardRun, type ShardRunDeps } from './shard-run.ts';
import { StreamDelivery, type StreamDeliveryDeps } from './stream-delivery.ts';
import { keepPositions, type StreamPositions } from './stream-positions.ts';
import { openStream, type ShardPosition, type StreamReader, streamOf } from './stream-reader.ts';
import type { StreamSourceConfig } from './stream-source-config.ts';

export type { StreamSourceConfig } from './stream-source-config.ts';

export type StreamSourceDeps = StreamDeliveryDeps & {
  readonly dynamodbUrl: string;
  /** Of the stack's clock from the machine's; 0 when absent. */
  clockOffsetMs?(): number;
  /** What was handled before this start; kept in memory when absent. */
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
  const { dynamodbUrl, clockOffsetMs = () => 0, positions = keepPositions(undefined) } = deps;
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
  const delivery = new StreamDelivery(config, deps, stopping.signal);
  const shards = new Shards({ ...deps, config, reader, delivery }, stopping.signal);
  await shards.openNew(config.startingPosition);
  const following = shards.follow();
  return {
    invocationCount: () => delivery.invocations,
    isIdle: () => shards.areIdle(),
    isRetrying: () => delivery.retrying > 0,
    async stop() {
      stopping.abort();
      await following;
      await shards.ended();
    },
  };
};

class Shards {
  readonly #deps: ShardRunDeps;
  readonly #signal: AbortSignal;
  readonly #runs = new Map<string, ShardRun>();
  readonly #running: Promise<void>[] = [];

  constructor(deps: ShardRunDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  async areIdle(): Promise<boolean> {
    const idle = await Promise.all([...this.#runs.values()].map((run) => run.isIdle()));
    return idle.every(Boolean);
  }

  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Opens what appears while the source runs, from its beginning: nothing in it is older than the source. */
  async follow(): Promise<void> {
    while (!this.#signal.aborted) {
      await sleep(SHARDS_POLL_MS, undefined, { signal: this.#signal }).catch(() => {});
      if (this.#signal.aborted) return;
      try {
        await this.openNew('TRIM_HORIZON');
      } catch (error) {
        this.#deps.log(`listing the shards of ${this.#deps.config.tableName} failed: ${error}`);
      }
    }
  }

  /** A shard waits for its parent, which holds older records of the same items. With `LATEST` there are none to wait for. */
  async openNew(position: ShardPosition): Promise<void> {
    const shards = await this.#deps.reader.listShards();
    const listed = new Set(shards.map((shard) => shard.shardId));
    for (const { shardId, parentShardId } of shards) {
      if (this.#runs.has(shardId)) continue;
      const hasParent = parentShardId !== undefined && listed.has(parentShardId);
      if (hasParent && position !== 'LATEST' && this.#runs.get(parentShardId)?.isFinished !== true) continue;
      const run = await ShardRun.open(shardId, position, this.#deps);
      this.#runs.set(shardId, run);
      this.#running.push(run.run(this.#signal));
    }
  }
}
