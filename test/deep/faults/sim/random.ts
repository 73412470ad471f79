import { createHash } from 'node:crypto';

/** Random choices that a seed repeats. */
export type Random = {
  /** From 0 up to 1. */
  next(): number;
  chance(share: number): boolean;
  /** One of a list that is not empty. */
  pick<Entry>(of: readonly Entry[]): Entry;
  bytes(size: number): Buffer;
};

/** A generator (mulberry32) that the text of a seed determines. */
export const seededRandom = (seed: string): Random => {
  let state = createHash('sha256').update(seed).digest().readUInt32BE();
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    chance: (share) => next() < share,
    pick: (of) => {
      const picked = of[Math.floor(next() * of.length)];
      if (picked === undefined) throw new Error('There is nothing to choose from');
      return picked;
    },
    bytes: (size) => Buffer.from(Array.from({ length: size }, () => Math.floor(next() * 256))),
  };
};
