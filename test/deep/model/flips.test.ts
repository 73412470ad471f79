import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestTable, type TestTable } from '../../table.ts';
import { dispatcherWithQueue } from '../../unit/dispatcher/delivery-queue.ts';
import { changingGate } from '../../unit/dispatcher/gates.ts';
import { slackOf } from '../../unit/dispatcher/harness.ts';

let test: TestTable;
beforeAll(async () => {
  test = await startTestTable();
});
afterAll(() => test.stop());

const PRODUCTS = 50;
const FLIPS = 20;

it('the last message of each of 50 products says how its gate stands, after 20 flips and with a fifth of the answers 500', async () => {
  const { table } = test;
  let chance = 0;
  const queue = dispatcherWithQueue(table);
  const last = new Map<string, string>();
  queue.sendBy(async ({ destination, event }) => {
    // Evenly spread, and the same each time.
    chance = (chance + 0.618_034) % 1;
    if (chance < 0.2)
      return { kind: 'retry', afterSeconds: null, reason: 'The target answered 500', burnsAttempt: true };
    const { gate, digest } = event.data;
    const to = gate?.to ?? digest?.entries[0]?.gate?.to;
    if (destination.kind === 'webhook' && to !== undefined) last.set(destination.webhook, to);
    return { kind: 'sent' };
  });
  const gates = await Promise.all(Array.from({ length: PRODUCTS }, () => changingGate(table)));
  for (let flip = 0; flip < FLIPS; flip += 1) {
    for (const { change } of gates) queue.send(await change(flip % 2 === 0 ? 'failed' : 'passed', flip * 3));
    await queue.pass(3);
  }
  for (const { change } of gates.slice(0, 25)) queue.send(await change('failed', FLIPS * 3));
  await queue.pass(2 * 3_600);
  const told = gates.map(({ product }) => last.get(slackOf(product.id)));
  expect(told).toEqual(gates.map((_, n) => (n < 25 ? 'failed' : 'passed')));
});
