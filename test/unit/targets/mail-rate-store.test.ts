import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIL_RATE_KEY } from '../../../core/keys.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { spacingMsOf } from '../../../core/targets/mail-rate.ts';
import { pauseMail, reserveMail } from '../../../core/targets/store/mail-rate.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { at, NOW } from './some-target.ts';

let test: TestTable;

beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const FOUR = { mailsPerSecond: 4 };

/** Reserves turns one after the other; their times in milliseconds from the start, null for none. */
const reserve = async (table: Table, owners: readonly string[], ms = 0, rate = FOUR) => {
  const turns: (number | null)[] = [];
  for (const owner of owners) {
    const turn = await reserveMail(table, { rate, owner, now: new Date(NOW.getTime() + ms) });
    turns.push(turn && turn.getTime() - NOW.getTime());
  }
  return turns;
};

const times = (owner: string, count: number) => Array.from({ length: count }, () => owner);

describe('the rate of the account', () => {
  it('is never faster than SES', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1_000, noNaN: true }), (mailsPerSecond) => {
        const spacingMs = spacingMsOf({ mailsPerSecond });
        expect(1_000 / spacingMs).toBeLessThanOrEqual(mailsPerSecond);
        expect(Number.isInteger(spacingMs)).toBe(true);
      }),
    );
  });

  it('gives turns one after the other, up to a second ahead to the same owner', async () => {
    const table = await test.another();
    expect(await reserve(table, times('P1', 6))).toEqual([0, 250, 500, 750, 1_000, null]);
    expect(await reserve(table, ['P1'], 250)).toEqual([1_250]);
    expect(await reserve(table, ['P1'], 60_000)).toEqual([60_000]);
  });

  it('lets another owner in within two seconds, however many emails one has', async () => {
    const table = await test.another();
    await reserve(table, times('P1', 60));
    expect(await reserve(table, ['P2', 'P1', 'P2'])).toEqual([1_250, 1_500, 1_750]);
    expect(await reserve(table, ['P1', 'P2'])).toEqual([2_000, null]);
  });

  it('gives forty at a time turns of their own', async () => {
    const table = await test.another();
    const rate = { mailsPerSecond: 100 };
    const all = await Promise.all(times('P1', 40).map((owner) => reserve(table, [owner], 0, rate)));
    const turns = all.flat().map(Number);
    expect(turns.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 40 }, (_, n) => n * 10));
  });

  it('never gives two turns at once, whatever the times and owners', async () => {
    const step = fc.record({ passedMs: fc.nat(900), owner: fc.constantFrom('P1', 'P2', 'P3'), skewMs: fc.nat(300) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
        const table = await test.another();
        let ms = 0;
        const turns: number[] = [];
        for (const { passedMs, owner, skewMs } of steps) {
          ms += passedMs;
          const [turn = null] = await reserve(table, [owner], ms + skewMs);
          if (turn !== null) turns.push(turn);
        }
        for (const [position, turn] of turns.slice(1).entries())
          expect(turn - (turns[position] ?? 0)).toBeGreaterThanOrEqual(spacingMsOf(FOUR));
      }),
      { numRuns: 10 },
    );
  });

  it('expires some time after its last turn', async () => {
    const table = await test.another();
    await reserve(table, ['P1']);
    const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: MAIL_RATE_KEY }));
    expect(Item?.['expires_at']).toBeGreaterThanOrEqual(NOW.getTime() / 1_000 + 3_600);
  });
});

describe('an account that SES throttles', () => {
  it('gives no turn until the end of the pause, and a shorter one does not end it', async () => {
    const table = await test.another();
    await reserve(table, ['P1']);
    await pauseMail(table, at(30));
    await pauseMail(table, at(10));
    expect(await reserve(table, ['P1', 'P2'], 29_999)).toEqual([null, null]);
    expect(await reserve(table, ['P1', 'P2'], 30_000)).toEqual([30_000, 30_250]);
  });

  it('may never have sent', async () => {
    const table = await test.another();
    await pauseMail(table, at(9));
    expect(await reserve(table, ['P1'], 8_999)).toEqual([null]);
    expect(await reserve(table, ['P1'], 9_000)).toEqual([9_000]);
  });
});

describe('an instance whose clock is years ahead', () => {
  const AHEAD_MS = 3 * 365 * 86_400_000;

  it('takes no turn from the others', async () => {
    const table = await test.another();
    await reserve(table, times('P1', 3), AHEAD_MS);
    expect(await reserve(table, ['P2', 'P1'])).toEqual([0, 250]);
  });

  it('pauses nobody', async () => {
    const table = await test.another();
    await pauseMail(table, new Date(NOW.getTime() + AHEAD_MS + 60_000));
    expect(await reserve(table, ['P2', 'P2'])).toEqual([0, 250]);
    await pauseMail(table, at(9));
    expect(await reserve(table, ['P2'], 2_000)).toEqual([null]);
  });
});
