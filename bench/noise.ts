import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { median, rounded } from './bench.ts';

const TIMES = 21;
const BLOCK = Buffer.alloc(4_000_000, 7);

/** How long a fixed piece of work takes, repeated: how much the machine varies during this run. */
export const machineNoise = (): string => {
  const times = Array.from({ length: TIMES }, () => {
    const beganMs = performance.now();
    createHash('sha256').update(BLOCK).digest();
    return performance.now() - beganMs;
  });
  const [least, usual, most] = [Math.min(...times), median(times), Math.max(...times)].map(rounded);
  const machine = `${availableParallelism()} cores, Node ${process.versions.node}`;
  return `Machine: ${machine}; the same work takes ${usual} ms, from ${least} to ${most}.`;
};
