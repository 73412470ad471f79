import { describe, expect, it } from 'vitest';
import { groupCommit } from '../../../functions/dispatcher/group-commit.ts';

const never = () => Promise.withResolvers<void>().promise;

describe('groupCommit', () => {
  it('flushes all together when all come at once, without waiting', async () => {
    const flushes: string[][] = [];
    const add = groupCommit<string, string>({
      expected: 3,
      waitForMore: never,
      flush: async (entries) => {
        flushes.push([...entries]);
        return entries.map((entry) => entry.toUpperCase());
      },
    });
    expect(await Promise.all([add('a'), add('b'), add('c')])).toEqual(['A', 'B', 'C']);
    expect(flushes).toEqual([['a', 'b', 'c']]);
  });

  it('waits for a moment, and never for who comes late', async () => {
    const moment = Promise.withResolvers<void>();
    const flushes: number[][] = [];
    const add = groupCommit<number, number>({
      expected: 3,
      waitForMore: () => moment.promise,
      flush: async (entries) => {
        flushes.push([...entries]);
        return entries;
      },
    });
    const early = [add(1), add(2)];
    moment.resolve();
    expect(await Promise.all(early)).toEqual([1, 2]);
    expect(await add(3)).toBe(3);
    expect(flushes).toEqual([[1, 2], [3]]);
  });

  it('gathers what comes while a flush is under way', async () => {
    const slow = Promise.withResolvers<void>();
    const flushes: number[][] = [];
    const add = groupCommit<number, number>({
      expected: 4,
      waitForMore: async () => {},
      flush: async (entries) => {
        flushes.push([...entries]);
        if (flushes.length === 1) await slow.promise;
        return entries;
      },
    });
    const first = add(1);
    await expect.poll(() => flushes.length).toBe(1);
    const rest = [add(2), add(3), add(4)];
    slow.resolve();
    expect(await Promise.all([first, ...rest])).toEqual([1, 2, 3, 4]);
    expect(flushes).toEqual([[1], [2, 3, 4]]);
  });

  it('throws what a flush throws to those of that flush alone', async () => {
    let flushes = 0;
    const add = groupCommit<number, number>({
      expected: 2,
      waitForMore: async () => {},
      flush: async (entries) => {
        flushes += 1;
        if (flushes === 1) throw new Error('died');
        return entries;
      },
    });
    await expect(add(1)).rejects.toThrow('died');
    expect(await add(2)).toBe(2);
  });
});
