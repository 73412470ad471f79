import type { Feed, FeedDeps } from './feed.ts';

type Event = { readonly event: unknown; attempt: number; notBefore: number; isRunning: boolean };

/** Lambda waits a minute, then two, before it tries an asynchronous event again. */
const PAUSES_MS = [60_000, 120_000];

/** Events that a service hands to a function without waiting: tried again when they fail, and then given up. */
export class AsyncFeed implements Feed {
  readonly #functionName: string;
  readonly #maximumRetryAttempts: number;
  readonly #deps: FeedDeps;
  readonly #events = new Set<Event>();
  readonly discarded: unknown[] = [];

  constructor(functionName: string, maximumRetryAttempts: number, deps: FeedDeps) {
    this.#functionName = functionName;
    this.#maximumRetryAttempts = maximumRetryAttempts;
    this.#deps = deps;
  }

  push(event: unknown, afterMs = 0): void {
    this.#events.add({ event, attempt: 0, notBefore: this.#deps.time.nowMs + afterMs, isRunning: false });
  }

  ready(): readonly (() => void)[] {
    const { nowMs } = this.#deps.time;
    return this.#idle.filter(({ notBefore }) => notBefore <= nowMs).map((of) => () => this.#start(of));
  }

  get nextAt(): number | null {
    const times = this.#idle.map(({ notBefore }) => notBefore);
    return times.length === 0 ? null : Math.min(...times);
  }

  get #idle(): readonly Event[] {
    return [...this.#events].filter(({ isRunning }) => !isRunning);
  }

  #start(of: Event): void {
    const { time, random, doubled, invoke } = this.#deps;
    of.isRunning = true;
    invoke(this.#functionName, of.event, (result) => {
      of.isRunning = false;
      if (result.kind === 'ok') {
        // At least once, as well.
        if (!random.chance(doubled)) this.#events.delete(of);
        return;
      }
      of.attempt += 1;
      of.notBefore = time.nowMs + (PAUSES_MS[of.attempt - 1] ?? 120_000);
      if (of.attempt <= this.#maximumRetryAttempts) return;
      this.#events.delete(of);
      this.discarded.push(of.event);
    });
  }
}
