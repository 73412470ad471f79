/**
 * The clock of the simulated cloud: real time plus an offset that tests move. It lives in shared memory, so a function
 * instance that is already running sees a move at once, as a process under libfaketime would. Timers stay real.
 */
export type Clock = {
  /** One Float64: the offset in milliseconds. Function instances read it too. */
  readonly memory: SharedArrayBuffer;
  offsetMs(): number;
  move(offsetMs: number): void;
  now(): Date;
};

export function createClock(): Clock {
  const memory = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const cell = new Float64Array(memory);
  const offsetMs = () => cell[0] ?? 0;
  return {
    memory,
    offsetMs,
    move: (next) => {
      cell[0] = next;
    },
    now: () => new Date(Date.now() + offsetMs()),
  };
}
