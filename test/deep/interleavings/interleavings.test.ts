import { describe, expect, it } from 'vitest';
import { everyInterleaving, type Step } from './interleavings.ts';

/** Runs actors that each do their steps in order, and gives what was written last, for each order that is visited. */
const visit = async (...actors: readonly (readonly (readonly [string, Step])[])[]) => {
  const orders: string[] = [];
  let order: string[] = [];
  const visits = await everyInterleaving(
    async () => {
      order = [];
      return (spawn) => {
        for (const steps of actors) {
          spawn(async (turn) => {
            for (const [name, step] of steps) {
              await turn(step);
              order.push(name);
            }
          });
        }
      };
    },
    async () => void orders.push(order.join(' ')),
  );
  return { orders, ...visits };
};

const reads = (name: string): Step => ({ reads: [name] });
const writes = (name: string): Step => ({ writes: [name] });

describe('the visited orders', () => {
  it('are all where every step touches the same', async () => {
    const { orders } = await visit(
      [
        ['a1', writes('x')],
        ['a2', writes('x')],
      ],
      [
        ['b1', writes('x')],
        ['b2', writes('x')],
      ],
    );
    expect(orders).toHaveLength(6);
    expect(new Set(orders).size).toBe(6);
  });

  it('are one where no step touches what another touches', async () => {
    const { orders } = await visit(
      [
        ['a1', writes('x')],
        ['a2', writes('x')],
      ],
      [
        ['b1', writes('y')],
        ['b2', writes('y')],
      ],
    );
    expect(orders).toEqual(['a1 b1 a2 b2']);
  });

  it('are one where all only read', async () => {
    expect((await visit([['a', reads('x')]], [['b', reads('x')]], [['c', reads('x')]])).orders).toEqual(['a b c']);
  });

  it('have every order of those that touch the same, whatever independent steps are between them', async () => {
    const { orders } = await visit(
      [
        ['a-aside', writes('p')],
        ['a-reads', reads('x')],
      ],
      [
        ['b-aside', writes('q')],
        ['b-writes', writes('x')],
      ],
    );
    const ends = orders.map((order) => order.indexOf('a-reads') < order.indexOf('b-writes'));
    expect(ends.toSorted()).toEqual([false, true]);
  });

  it('have every result that the orders have together', async () => {
    // Lost updates: each actor reads, then writes what it read and one more.
    const results = new Set<number>();
    let value = 0;
    await everyInterleaving(
      async () => {
        value = 0;
        return (spawn) => {
          for (const aside of ['p', 'q', 'r']) {
            spawn(async (turn) => {
              await turn({ reads: ['x'] });
              const seen = value;
              await turn({ writes: [aside] });
              await turn({ writes: ['x'] });
              value = seen + 1;
            });
          }
        };
      },
      async () => void results.add(value),
    );
    expect([...results].toSorted()).toEqual([1, 2, 3]);
  });
});
