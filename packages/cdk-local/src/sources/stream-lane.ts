import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamRecord } from './stream-reader.ts';

export type LaneLimits = { readonly batchSize: number; readonly windowMs: number };

/** An invocation carries 6 MB at most; some is left for the frame. */
const MAXIMUM_BATCH_BYTES = 6_000_000 - 1000;

/** Takes records in order and delivers them to the function one batch after the other. */
export type StreamLane = {
  /** Records that wait. */
  waiting(): number;
  isIdle(): boolean;
  push(record: StreamRecord): void;
  /** Delivers until `signal` aborts and `wake` is called. */
  run(signal: AbortSignal): Promise<void>;
  /** Has it check `signal` again. */
  wake(): void;
};

/** A shard has as many lanes as its mapping's parallelization factor. */
export const createStreamLane = (
  limits: LaneLimits,
  deliver: (records: readonly StreamRecord[]) => Promise<void>,
): StreamLane => {
  const waiting: StreamRecord[] = [];
  const bell = createBell();
  let isDelivering = false;
  /** Waits until a batch is full or the batching window ends. */
  const fill = async (signal: AbortSignal) => {
    const windowEnds = performance.now() + limits.windowMs;
    while (waiting.length < limits.batchSize && !signal.aborted) {
      const leftMs = windowEnds - performance.now();
      if (leftMs <= 0) return;
      const rung = new AbortController();
      const pause = sleep(leftMs, undefined, { signal: rung.signal }).catch(() => {});
      await Promise.race([bell.untilRung(), pause]);
      rung.abort();
    }
  };
  return {
    waiting: () => waiting.length,
    isIdle: () => waiting.length === 0 && !isDelivering,
    push(record) {
      waiting.push(record);
      bell.ring();
    },
    wake: bell.ring,
    async run(signal) {
      while (!signal.aborted) {
        if (waiting.length === 0) {
          await bell.untilRung();
          continue;
        }
        await fill(signal);
        if (signal.aborted) return;
        isDelivering = true;
        await deliver(waiting.splice(0, batchLength(waiting, limits.batchSize)));
        isDelivering = false;
      }
    },
  };
};

const createBell = () => {
  let next = Promise.withResolvers<void>();
  return {
    ring: () => next.resolve(),
    async untilRung() {
      await next.promise;
      next = Promise.withResolvers();
    },
  };
};

/** How many of the first records fit into a batch; at least one. */
const batchLength = (records: readonly StreamRecord[], batchSize: number): number => {
  let bytes = 0;
  const tooMany = records.slice(0, batchSize).findIndex((record, position) => {
    bytes += Buffer.byteLength(JSON.stringify(record));
    return position > 0 && bytes > MAXIMUM_BATCH_BYTES;
  });
  return tooMany === -1 ? Math.min(records.length, batchSize) : tooMany;
};
