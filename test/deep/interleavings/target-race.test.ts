import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listDeliveries } from '../../../core/deliveries/store/read-deliveries.ts';
import type { Product } from '../../../core/products/model.ts';
import type { DispatchDeps } from '../../../functions/dispatcher/dispatch.ts';
import { startTestTable, type TestTable } from '../../table.ts';
import { dispatcherOn, fanOut, notificationOf, productOf, seed, settings } from '../../unit/dispatcher/harness.ts';
import { everyInterleaving, type Spawn, type Step, type Turn } from './interleavings.ts';

let engine: TestTable;
beforeAll(async () => {
  engine = await startTestTable();
});
afterAll(() => engine.stop());

const READ_TARGET: Step = { reads: ['target'] };
const CHANGE_TARGET: Step = { reads: ['target'], writes: ['target'] };
const READ_ROWS: Step = { reads: ['rows'] };
const WRITE_ROWS: Step = { writes: ['rows'] };

/** Waits for a turn before each call. */
const inTurn =
  <Args extends readonly unknown[], Result>(turn: Turn, step: Step, call: (...args: Args) => Promise<Result>) =>
  async (...args: Args): Promise<Result> => {
    await turn(step);
    return await call(...args);
  };

type World = {
  /** Each message that the target got: the newest notification that it reports. */
  readonly heard: string[];
  /** Targets to wake later, in seconds. */
  readonly delayed: number[];
};

/** The real dispatcher on the real table, with a turn before each request that others could come between. */
const dispatches = (world: World, spawn: Spawn, bodies: readonly unknown[]) => async (turn: Turn) => {
  const { deps } = dispatcherOn(engine.table);
  const overrides: Partial<DispatchDeps> = {
    acquireTarget: inTurn(turn, CHANGE_TARGET, deps.acquireTarget),
    readTarget: inTurn(turn, READ_TARGET, deps.readTarget),
    askAgain: inTurn(turn, CHANGE_TARGET, deps.askAgain),
    releaseTarget: inTurn(turn, CHANGE_TARGET, deps.releaseTarget),
    recordWake: inTurn(turn, CHANGE_TARGET, deps.recordWake),
    readWaiting: inTurn(turn, READ_ROWS, deps.readWaiting),
    readRouting: inTurn(turn, { reads: ['notified'] }, deps.readRouting),
    recordNotified: inTurn(turn, { writes: ['notified'] }, deps.recordNotified),
    changeDeliveries: inTurn(turn, WRITE_ROWS, deps.changeDeliveries),
    send: inTurn(turn, { writes: ['outside'] }, async (message) => {
      world.heard.push(message.tags['notification_id'] ?? '');
      return { outcome: { kind: 'sent' }, status: 200, answer: null };
    }),
    wakeTargets: async (wakes) => {
      for (const { target, delaySeconds = 0 } of wakes) {
        if (delaySeconds > 0) world.delayed.push(delaySeconds);
        else spawn(dispatches(world, spawn, [{ target, deliveries: [] }]));
      }
      return new Set();
    },
  };
  expect(await dispatcherOn(engine.table, overrides).run(...bodies)).toEqual([]);
};

let count = 0;

/** The gate fails and passes again; each change is fanned out by itself, in its order, as the stream keeps it. */
const flipsBack = (product: Product, world: World, spawn: Spawn) => async (turn: Turn) => {
  for (const [position, to] of (['failed', 'passed'] as const).entries()) {
    const from = to === 'failed' ? 'passed' : 'failed';
    const notification = notificationOf(`N${product.id}-${position}`, product, { from, to });
    await turn(WRITE_ROWS);
    const messages = await fanOut(engine.table, notification, product);
    spawn(dispatches(world, spawn, messages));
  }
};

describe('two changes of a gate for one target', () => {
  it('are told in their order, and nothing waits without a wake-up, in every interleaving', async () => {
    let product = productOf('none');
    let world: World = { heard: [], delayed: [] };
    const visits = await everyInterleaving(
      async () => {
        count += 1;
        product = productOf(`R${count}`);
        world = { heard: [], delayed: [] };
        await seed(engine.table).settings(settings);
        await seed(engine.table).product(product);
        return (spawn) => spawn(flipsBack(product, world, spawn));
      },
      async (order) => {
        const ids = [0, 1].map((position) => `N${product.id}-${position}`);
        const rows = (await Promise.all(ids.map((id) => listDeliveries(engine.table, id)))).flat();
        const ends = rows.map(({ status }) => status);
        const after = `after the turns ${order.join(' ')}`;
        expect(world.delayed, after).toEqual([]);
        expect(world.heard, after).toEqual(world.heard.toSorted());
        expect(new Set(world.heard).size, after).toBe(world.heard.length);
        expect([['sent', 'sent'].join(), ['skipped', 'skipped'].join()], after).toContain(ends.join());
        // Told of the newest change, or of none as they are one step to and fro.
        expect(world.heard.at(-1), after).toBe(ends[0] === 'sent' ? ids[1] : undefined);
      },
    );
    console.log(`to and fro: ${visits.visited} orders visited, ${visits.skipped} given up as equal to one of them`);
    expect(visits.visited).toBeGreaterThan(10);
  });
});
