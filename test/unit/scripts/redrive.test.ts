import { describe, expect, it } from 'vitest';
import { type Letter, type RedriveDeps, redrive } from '../../../scripts/redrive.ts';

const START = Date.parse('2026-12-02T14:06:00.000Z');

const letter = (name: string, sentMs = START - 1): Letter => ({ body: name, receiptHandle: name, sentMs });

/** Two queues in memory, with a clock that moves by waiting. */
const queues = (letters: readonly Letter[], overrides: Partial<RedriveDeps> = {}) => {
  let waiting = [...letters];
  let nowMs = START;
  const order: string[] = [];
  const sent: { body: string; atMs: number }[] = [];
  const removed: string[] = [];
  const deps: RedriveDeps = {
    receive: async () => {
      const ten = waiting.slice(0, 10);
      waiting = waiting.slice(10);
      return ten;
    },
    send: async (bodies) => {
      order.push('send');
      sent.push(...bodies.map((body) => ({ body, atMs: nowMs })));
      return new Set();
    },
    remove: async (of) => {
      order.push('remove');
      removed.push(...of.map(({ body }) => body));
    },
    now: () => new Date(nowMs),
    wait: async (ms) => {
      nowMs += ms;
    },
    ...overrides,
  };
  return { deps, sent, removed, order };
};

describe('sending dead letters again', () => {
  it('moves all of them, each first sent and then removed', async () => {
    const names = Array.from({ length: 25 }, (_, position) => `l${position}`);
    const { deps, sent, removed, order } = queues(names.map((name) => letter(name)));
    expect(await redrive(deps, { perSecond: 10 })).toEqual({ moved: 25, left: 0 });
    expect(sent.map(({ body }) => body)).toEqual(names);
    expect(removed).toEqual(names);
    expect(order).toEqual(['send', 'remove', 'send', 'remove', 'send', 'remove']);
  });

  it('sends no more a second than it may', async () => {
    const { deps, sent } = queues(Array.from({ length: 60 }, (_, position) => letter(`l${position}`)));
    await redrive(deps, { perSecond: 5 });
    for (const { atMs } of sent) {
      const together = sent.filter((of) => of.atMs >= atMs && of.atMs < atMs + 2_000);
      expect(together.length).toBeLessThanOrEqual(10);
    }
  });

  it('leaves what came after its start: it may be one of its own that failed again', async () => {
    const { deps, sent, removed } = queues([letter('old'), letter('new', START + 1)]);
    expect(await redrive(deps, { perSecond: 10 })).toEqual({ moved: 1, left: 1 });
    expect(sent.map(({ body }) => body)).toEqual(['old']);
    expect(removed).toEqual(['old']);
  });

  it('removes nothing that the delivery queue did not take', async () => {
    const { deps, removed } = queues([letter('a'), letter('b')], { send: async () => new Set([0]) });
    expect(await redrive(deps, { perSecond: 10 })).toEqual({ moved: 1, left: 1 });
    expect(removed).toEqual(['b']);
  });
});
