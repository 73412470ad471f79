import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamRecord } from './stream-reader.ts';

export type LaneLimits = { readonly batchSize: number; readonly windowMs: number };

/** An invocation carries 6 MB at most; some is left for the frame. */
const MAXIMUM_BATCH_BYTES = 6_000_000 - 1000;

/**
 * Records that go to the function in order, one batch after the other. A shard has as many lanes as its mapping's
 * parallelization factor.
 */
export class StreamLane {
  readonly #limits: LaneLimits;
  readonly #deliver: (records: readonly StreamRecord[]) => Promise<void>;
  readonly #waiting: StreamRecord[] = [];
  #wake = Promise.withResolvers<void>();
  #isDelivering = false;

  constructor(limits: LaneLimits, deliver: (records: readonly StreamRecord[]) => Promise<void>) {
    this.#limits = limits;
    this.#deliver = deliver;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0 && !this.#isDelivering;
  }

  push(record: StreamRecord): void {
    this.#waiting.push(record);
    this.wake();
  }

  /** Makes it look again, e.g. whether it shall stop. */
  wake(): void {
    this.#wake.resolve();
  }

  /** Delivers until `signal` aborts; whoever aborts it wakes the lane. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#waiting.length === 0) {
        await this.#untilWoken();
        continue;
      }
      await this.#fill(signal);
      if (signal.aborted) return;
      this.#isDelivering = true;
      await this.#deliver(this.#take());
      this.#isDelivering = false;
    }
  }

  async #untilWoken(): Promise<void> {
    await this.#wake.promise;
    this.#wake = Promise.withResolvers();
  }

  /** Gathers records until a batch is full or the batching window ends. */
  async #fill(signal: AbortSignal): Promise<void> {
    const windowEnds = performance.now() + this.#limits.windowMs;
    while (this.#waiting.length < this.#limits.batchSize && !signal.aborted) {
      const left = windowEnds - performance.now();
      if (left <= 0) return;
      const woken = new AbortController();
      const pause = sleep(left, undefined, { signal: woken.signal }).catch(() => {});
      await Promise.race([this.#untilWoken(), pause]);
      woken.abort();
    }
  }

  #take(): StreamRecord[] {
    const batch: StreamRecord[] = [];
    let bytes = 0;
    for (const record of this.#waiting.slice(0, this.#limits.batchSize)) {
      bytes += Buffer.byteLength(JSON.stringify(record));
      if (batch.length > 0 && bytes > MAXIMUM_BATCH_BYTES) break;
      batch.push(record);
    }
    this.#waiting.splice(0, batch.length);
    return batch;
  }
}
