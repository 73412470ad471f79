import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { replaceFile } from './replace-file.ts';

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

const storedClockSchema = z.object({ offset_ms: z.number() });

const storedOffset = (file: string | undefined): number =>
  file !== undefined && existsSync(file)
    ? storedClockSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).offset_ms
    : 0;

/** With a file, stores the offset there: data beside it has timestamps of the moved clock. */
export const createClock = (file?: string): Clock => {
  const memory = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const cell = new Float64Array(memory);
  cell[0] = storedOffset(file);
  const offsetMs = () => cell[0] ?? 0;
  return {
    memory,
    offsetMs,
    move: (next) => {
      cell[0] = next;
      if (file !== undefined) replaceFile(file, { offset_ms: next });
    },
    now: () => new Date(Date.now() + offsetMs()),
  };
};
