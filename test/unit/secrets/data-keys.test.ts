import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { type DataKeyDeps, makeDataKeys } from '../../../core/secrets/data-keys.ts';
import { addToKeyRing, readKeyRing } from '../../../core/secrets/store.ts';
import { startTestTable, type TestTable } from '../../table.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse('2026-12-02T14:00:00.000Z');

let running: TestTable;
beforeAll(async () => {
  running = await startTestTable();
});
afterAll(() => running.stop());

let made = 0;

/** The data keys of one function instance on a table, with a KMS that counts; its keys are the hashes of their names. */
const instanceOn = (table: Table, overrides: Partial<DataKeyDeps> = {}) => {
  const seen = { nowMs: START_MS, reads: 0, made: 0, unwrapped: 0 };
  const keys = makeDataKeys({
    readRing: async () => {
      seen.reads += 1;
      return await readKeyRing(table);
    },
    addToRing: (before, added) => addToKeyRing(table, { before, added }),
    makeWrapped: async (id) => {
      seen.made += 1;
      return `wrapped ${id}`;
    },
    unwrap: async ({ wrapped }) => {
      seen.unwrapped += 1;
      return Buffer.from(wrapped);
    },
    newId: () => {
      made += 1;
      return `key-${made}`;
    },
    now: () => new Date(seen.nowMs),
    ...overrides,
  });
  return { keys, seen };
};

describe('the data keys of a stage', () => {
  it('are one, even if all instances start at once', async () => {
    const table = await running.another();
    const instances = Array.from({ length: 5 }, () => instanceOn(table));
    const current = await Promise.all(instances.map(({ keys }) => keys.current()));
    expect(new Set(current.map(({ id }) => id)).size).toBe(1);
    expect(await readKeyRing(table)).toHaveLength(1);
  });

  it('are renewed after 90 days, and the old ones stay', async () => {
    const table = await running.another();
    const { keys, seen } = instanceOn(table);
    const first = await keys.current();
    seen.nowMs += 90 * DAY_MS - 1;
    expect((await keys.current()).id).toBe(first.id);
    seen.nowMs += 1;
    const second = await keys.current();
    expect(second.id).not.toBe(first.id);
    expect(await keys.byId(first.id)).toEqual(first);
    expect(await instanceOn(table).keys.byId(first.id)).toEqual(first);
  });

  it('cost an instance one read and one call an hour, however many ask at once', async () => {
    const table = await running.another();
    const { id } = await instanceOn(table).keys.current();
    const { keys, seen } = instanceOn(table);
    await Promise.all(Array.from({ length: 20 }, () => keys.byId(id)));
    await keys.byId(id);
    expect(seen).toMatchObject({ reads: 1, unwrapped: 1, made: 0 });
    seen.nowMs += HOUR_MS;
    await keys.byId(id);
    expect(seen).toMatchObject({ reads: 2, unwrapped: 2 });
  });

  it('are asked for again after a failure', async () => {
    const table = await running.another();
    const { id } = await instanceOn(table).keys.current();
    let isAway = true;
    const { keys } = instanceOn(table, {
      unwrap: async ({ wrapped }) => {
        if (isAway) throw new Error('away');
        return Buffer.from(wrapped);
      },
    });
    await expect(Promise.all([keys.byId(id), keys.byId(id)])).rejects.toThrow('away');
    isAway = false;
    expect(await keys.byId(id)).toMatchObject({ id });
  });

  it('are looked for again where the ring did not have one', async () => {
    const table = await running.another();
    const { keys } = instanceOn(table);
    expect(await keys.byId('later')).toBeNull();
    const later = { id: 'later', created: new Date(START_MS).toISOString(), wrapped: 'wrapped later' };
    await addToKeyRing(table, { before: [], added: later });
    expect(await keys.byId('later')).toMatchObject({ id: 'later' });
  });

  it('give up if the key ring changes at every attempt', async () => {
    const { keys } = instanceOn(await running.another(), { addToRing: async () => 'conflict' });
    await expect(keys.current()).rejects.toThrow('The key ring changed at every attempt');
  });
});
