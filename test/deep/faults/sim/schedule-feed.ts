import { parseRate } from '../../../../packages/cdk-local/src/sources/schedule-source.ts';
import type { Feed, FeedDeps } from './feed.ts';

type Schedule = {
  readonly functionName: string;
  readonly expression: string;
  /** Whether there is something for it to do: runs without are left out. */
  readonly isNeeded: () => boolean;
};

/** A schedule that invokes a function at a fixed rate. Runs that have nothing to do are left out, or there would be no end. */
export class ScheduleFeed implements Feed {
  readonly #schedule: Schedule;
  readonly #intervalMs: number;
  readonly #startMs: number;
  readonly #deps: FeedDeps;
  #dueAt: number;
  #isRunning = false;

  constructor(schedule: Schedule, deps: FeedDeps) {
    this.#schedule = schedule;
    this.#intervalMs = parseRate(schedule.expression);
    this.#startMs = deps.time.nowMs;
    this.#dueAt = this.#startMs + this.#intervalMs;
    this.#deps = deps;
  }

  ready(): readonly (() => void)[] {
    const at = this.nextAt;
    return at !== null && at <= this.#deps.time.nowMs ? [() => this.#start()] : [];
  }

  get nextAt(): number | null {
    if (this.#isRunning) return null;
    if (this.#schedule.isNeeded()) return this.#dueAt;
    this.#moveOn();
    return null;
  }

  /** To the first turn after now. */
  #moveOn(): void {
    const turns = Math.floor((this.#deps.time.nowMs - this.#startMs) / this.#intervalMs);
    this.#dueAt = this.#startMs + (turns + 1) * this.#intervalMs;
  }

  #start(): void {
    this.#isRunning = true;
    this.#moveOn();
    this.#deps.invoke(this.#schedule.functionName, {}, () => {
      this.#isRunning = false;
    });
  }
}
