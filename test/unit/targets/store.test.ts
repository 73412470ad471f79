import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendSlotsKey } from '../../../core/keys.ts';
import { transact } from '../../../core/platform/dynamodb/transact.ts';
import { type RateLimit, slotsBefore } from '../../../core/targets/send-slots.ts';
import { pauseSending, reserveSlots, useSlots } from '../../../core/targets/store/send-slots.ts';
import { startTestTable, type TestTable } from '../../table.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const START_MS = Date.parse('2026-12-02T14:06:00.000Z');
const at = (ms: number) => new Date(START_MS + ms);

let rateLimits = 0;
const newRateLimit = (spacingMs = 1_000): RateLimit => {
  rateLimits += 1;
  return { name: `limit ${rateLimits}`, spacingMs };
};

/** The slots of a reservation, in milliseconds from the start. */
const reserve = async (rateLimit: RateLimit, count: number, ms: number): Promise<number[]> =>
  slotsBefore(await reserveSlots(test.table, { rateLimit, count, now: at(ms) }), count, rateLimit).map(
    (slot) => slot - START_MS,
  );

const use = async (rateLimit: RateLimit, count: number, ms: number) =>
  (await transact(test.table, { rateLimit: useSlots(test.table, { kind: 'from-now', rateLimit, count }, at(ms)) }))
    .kind;

const keep = async (rateLimit: RateLimit, ms: number) =>
  (await transact(test.table, { rateLimit: useSlots(test.table, { kind: 'reserved', rateLimit }, at(ms)) })).kind;

const itemOf = async ({ name }: RateLimit) =>
  (await test.table.client.send(new GetCommand({ TableName: test.table.name, Key: sendSlotsKey(name) }))).Item;

describe('a rate limit', () => {
  it('gives slots from now on if all are free, and after the others if not', async () => {
    const rateLimit = newRateLimit();
    expect(await reserve(rateLimit, 2, 0)).toEqual([0, 1_000]);
    expect(await reserve(rateLimit, 3, 500)).toEqual([2_000, 3_000, 4_000]);
    expect(await reserve(rateLimit, 1, 5_000)).toEqual([5_000]);
    expect(await reserve(rateLimit, 1, 99_000)).toEqual([99_000]);
  });

  it('gives forty at a time slots of their own, with no gap', async () => {
    const rateLimit = newRateLimit();
    const slots = (await Promise.all(Array.from({ length: 40 }, () => reserve(rateLimit, 1, 0)))).flat();
    expect(slots.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 40 }, (_, n) => n * 1_000));
  });

  it('never gives overlapping slots, none too early and none wasted, in any order and with any clocks', async () => {
    const turn = fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      passedMs: fc.integer({ min: 0, max: 5_000 }),
      skewMs: fc.integer({ min: 0, max: 300 }),
      together: fc.boolean(),
    });
    const turns = fc.array(turn, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 50, max: 1_500 }), async (all, spacingMs) => {
        const rateLimit = newRateLimit(spacingMs);
        let ms = 0;
        let freeMs = 0;
        let given: number[] = [];
        for (const { count, passedMs, skewMs, together } of all) {
          ms += passedMs;
          const now = ms + skewMs;
          const wanted = together ? [count, count] : [count];
          const slots = (await Promise.all(wanted.map((of) => reserve(rateLimit, of, now)))).flat();
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

  it('with free slots is used by a transaction, and refused if others have reserved slots', async () => {
    const rateLimit = newRateLimit();
    expect(await use(rateLimit, 3, 0)).toBe('written');
    expect(await use(rateLimit, 1, 2_999)).toBe('refused');
    expect(await reserve(rateLimit, 1, 2_999)).toEqual([3_000]);
    expect(await use(rateLimit, 1, 4_000)).toBe('written');
  });

  it('expires some time after its last slot', async () => {
    const rateLimit = newRateLimit();
    await reserve(rateLimit, 2, 0);
    await reserve(rateLimit, 300, 500);
    expect(await itemOf(rateLimit)).toMatchObject({ expires_at: START_MS / 1_000 + 302 + 3_600 });
  });
});

describe('a paused target', () => {
  it("gives no slot before the end of the pause, and earlier slots can't be used", async () => {
    const rateLimit = newRateLimit();
    await use(rateLimit, 5, 0);
    expect(await keep(rateLimit, 1_000)).toBe('written');
    await pauseSending(test.table, { rateLimit, until: at(30_000), now: at(1_000) });
    expect(await keep(rateLimit, 29_999)).toBe('refused');
    expect(await reserve(rateLimit, 1, 1_000)).toEqual([30_000]);
    expect(await keep(rateLimit, 30_000)).toBe('written');
    expect(await itemOf(rateLimit)).toMatchObject({ expires_at: START_MS / 1_000 + 31 + 3_600 });
  });

  it("keeps the order of later slots, and a shorter pause doesn't end it", async () => {
    const rateLimit = newRateLimit();
    await use(rateLimit, 10, 0);
    await pauseSending(test.table, { rateLimit, until: at(4_000), now: at(0) });
    await pauseSending(test.table, { rateLimit, until: at(2_000), now: at(0) });
    expect(await keep(rateLimit, 3_999)).toBe('refused');
    expect(await keep(rateLimit, 4_000)).toBe('written');
    expect(await reserve(rateLimit, 1, 1_000)).toEqual([10_000]);
  });

  it('may have no reserved slots', async () => {
    const rateLimit = newRateLimit();
    expect(await keep(rateLimit, 0)).toBe('written');
    await pauseSending(test.table, { rateLimit, until: at(9_000), now: at(0) });
    expect(await use(rateLimit, 1, 8_999)).toBe('refused');
    expect(await use(rateLimit, 1, 9_000)).toBe('written');
  });
});

describe('a rate limit that several transactions use at the same time', () => {
  it('is refused without a retry, so that its deliveries reserve slots', async () => {
    const rateLimit = newRateLimit();
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
    const operation = useSlots(test.table, { kind: 'from-now', rateLimit, count: 1 }, at(0));
    const table = { ...test.table, client };
    const outcome = await transact(
      table,
      { delivery: operation, rateLimit: operation },
      (label) => label === 'rateLimit',
    );
    expect(outcome).toEqual({ kind: 'refused', failed: new Set(['rateLimit']) });
    expect(sent).toBe(1);
    await expect(transact(table, { delivery: operation, rateLimit: operation })).rejects.toThrow('cancelled');
    expect(sent).toBe(11);
  });
});
