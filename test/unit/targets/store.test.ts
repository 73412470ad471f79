import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineKey } from '../../../core/keys.ts';
import { transact } from '../../../core/platform/dynamodb/transact.ts';
import { type Line, slotsBefore } from '../../../core/targets/send-slots.ts';
import { closeLine, reserveSlots, useLine } from '../../../core/targets/store/send-slots.ts';
import { startTestTable, type TestTable } from '../../table.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const START_MS = Date.parse('2026-12-02T14:06:00.000Z');
const at = (ms: number) => new Date(START_MS + ms);

let lines = 0;
const newLine = (spacingMs = 1_000): Line => {
  lines += 1;
  return { name: `line ${lines}`, spacingMs };
};

/** The slots of a reservation, in milliseconds from the start. */
const reserve = async (line: Line, count: number, ms: number): Promise<number[]> =>
  slotsBefore(await reserveSlots(test.table, { line, count, now: at(ms) }), count, line).map((slot) => slot - START_MS);

const use = async (line: Line, count: number, ms: number) =>
  (await transact(test.table, { line: useLine(test.table, { kind: 'take', line, count }, at(ms)) })).kind;

const keep = async (line: Line, ms: number) =>
  (await transact(test.table, { line: useLine(test.table, { kind: 'keep', line }, at(ms)) })).kind;

const itemOf = async ({ name }: Line) =>
  (await test.table.client.send(new GetCommand({ TableName: test.table.name, Key: lineKey(name) }))).Item;

describe('a line', () => {
  it('gives slots from now on where it is free, and behind the others where it is not', async () => {
    const line = newLine();
    expect(await reserve(line, 2, 0)).toEqual([0, 1_000]);
    expect(await reserve(line, 3, 500)).toEqual([2_000, 3_000, 4_000]);
    expect(await reserve(line, 1, 5_000)).toEqual([5_000]);
    expect(await reserve(line, 1, 99_000)).toEqual([99_000]);
  });

  it('gives forty at a time slots of their own, with no gap', async () => {
    const line = newLine();
    const slots = (await Promise.all(Array.from({ length: 40 }, () => reserve(line, 1, 0)))).flat();
    expect(slots.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 40 }, (_, n) => n * 1_000));
  });

  it('keeps its slots apart, none too early and none for nothing, whatever the order and the clocks', async () => {
    const turn = fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      passedMs: fc.integer({ min: 0, max: 5_000 }),
      skewMs: fc.integer({ min: 0, max: 300 }),
      together: fc.boolean(),
    });
    const turns = fc.array(turn, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 50, max: 1_500 }), async (all, spacingMs) => {
        const line = newLine(spacingMs);
        let ms = 0;
        let freeMs = 0;
        let given: number[] = [];
        for (const { count, passedMs, skewMs, together } of all) {
          ms += passedMs;
          const now = ms + skewMs;
          const wanted = together ? [count, count] : [count];
          const slots = (await Promise.all(wanted.map((of) => reserve(line, of, now)))).flat();
          const first = Math.min(...slots);
          expect(first).toBe(Math.max(freeMs, now));
          freeMs = Math.max(...slots) + spacingMs;
          given = [...given, ...slots];
        }
        const sorted = given.toSorted((one, other) => one - other);
        for (const [position, slot] of sorted.slice(1).entries())
          expect(slot - (sorted[position] ?? 0)).toBeGreaterThanOrEqual(spacingMs);
      }),
      { numRuns: 15 },
    );
  });

  it('that is free is taken by a transaction, and refused to it where others stand', async () => {
    const line = newLine();
    expect(await use(line, 3, 0)).toBe('written');
    expect(await use(line, 1, 2_999)).toBe('refused');
    expect(await reserve(line, 1, 2_999)).toEqual([3_000]);
    expect(await use(line, 1, 4_000)).toBe('written');
  });

  it('goes by itself some time after it is free, however long it became', async () => {
    const line = newLine();
    await reserve(line, 2, 0);
    await reserve(line, 300, 500);
    expect(await itemOf(line)).toMatchObject({ expires_at: START_MS / 1_000 + 302 + 3_600 });
  });
});

describe('a line that its target closed', () => {
  it('gives no slot before its end, and lets nobody keep one', async () => {
    const line = newLine();
    await use(line, 5, 0);
    expect(await keep(line, 1_000)).toBe('written');
    await closeLine(test.table, { line, until: at(30_000), now: at(1_000) });
    expect(await keep(line, 29_999)).toBe('refused');
    expect(await reserve(line, 1, 1_000)).toEqual([30_000]);
    expect(await keep(line, 30_000)).toBe('written');
    expect(await itemOf(line)).toMatchObject({ expires_at: START_MS / 1_000 + 31 + 3_600 });
  });

  it('keeps its order behind the end, and no shorter time opens it', async () => {
    const line = newLine();
    await use(line, 10, 0);
    await closeLine(test.table, { line, until: at(4_000), now: at(0) });
    await closeLine(test.table, { line, until: at(2_000), now: at(0) });
    expect(await keep(line, 3_999)).toBe('refused');
    expect(await keep(line, 4_000)).toBe('written');
    expect(await reserve(line, 1, 1_000)).toEqual([10_000]);
  });

  it('may be one that nobody stood in', async () => {
    const line = newLine();
    expect(await keep(line, 0)).toBe('written');
    await closeLine(test.table, { line, until: at(9_000), now: at(0) });
    expect(await use(line, 1, 8_999)).toBe('refused');
    expect(await use(line, 1, 9_000)).toBe('written');
  });
});

describe('a line that others reach for at the same time', () => {
  it('is left to them: its deliveries queue up, and a transaction does not wait for it', async () => {
    const line = newLine();
    let sent = 0;
    const send = async () => {
      sent += 1;
      throw new TransactionCanceledException({
        message: 'Transaction cancelled',
        $metadata: {},
        CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
      });
    };
    const client = Object.assign(Object.create(test.table.client), { send });
    const operation = useLine(test.table, { kind: 'take', line, count: 1 }, at(0));
    const table = { ...test.table, client };
    const outcome = await transact(table, { delivery: operation, line: operation }, (label) => label === 'line');
    expect(outcome).toEqual({ kind: 'refused', failed: new Set(['line']) });
    expect(sent).toBe(1);
    await expect(transact(table, { delivery: operation, line: operation })).rejects.toThrow('cancelled');
    expect(sent).toBe(11);
  });
});
