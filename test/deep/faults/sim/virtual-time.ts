/** A timer of somebody who waits; `owner` is who is gone when it is killed, and asleep when it is frozen. */
export type Timer = { readonly at: number; readonly order: number; readonly owner: object; readonly run: () => void };

/** Time that stands still until the simulation moves it: whoever waits is woken in order, and an hour costs nothing. */
export class VirtualTime {
  nowMs: number;
  readonly #timers = new Set<Timer>();
  #orders = 0;

  constructor(start: string) {
    this.nowMs = Date.parse(start);
  }

  set(owner: object, ms: number, run: () => void): Timer {
    this.#orders += 1;
    const timer = { at: this.nowMs + Math.max(0, ms || 0), order: this.#orders, owner, run };
    this.#timers.add(timer);
    return timer;
  }

  clear(timer: Timer): void {
    this.#timers.delete(timer);
  }

  has(owner: object): boolean {
    for (const timer of this.#timers) if (timer.owner === owner) return true;
    return false;
  }

  clearAllOf(owner: object): void {
    for (const timer of this.#timers) if (timer.owner === owner) this.#timers.delete(timer);
  }

  /** The earliest timer of those who are awake. */
  next(isAwake: (owner: object) => boolean): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.#timers) {
      if (!isAwake(timer.owner)) continue;
      if (first === null || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    }
    return first;
  }

  /** Moves to a time, never back. */
  moveTo(atMs: number): void {
    this.nowMs = Math.max(this.nowMs, atMs);
  }

  /** Moves to the timer's time and lets it ring. */
  ring(timer: Timer): void {
    this.#timers.delete(timer);
    this.moveTo(timer.at);
    timer.run();
  }
}
