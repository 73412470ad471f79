import { scanWaiting, type WaitingEntry, type WaitingPage } from '../../../core/deliveries/store/waiting.ts';
import { taskFailure } from '../../../core/exceptions/model.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { readTargets, recordWake } from '../../../core/targets/store/targets.ts';
import type { DispatchDeps } from '../../../functions/dispatcher/dispatch.ts';
import { earliestByTarget, wakeDue } from '../../../functions/sweeper/wake-targets.ts';
import { dispatcherOn } from './harness.ts';

/** As the template has them. */
const [VISIBILITY_SECONDS, BATCH, SWEEP_SECONDS] = [360, 10, 300];

type Queued = { readonly body: unknown; readonly atMs: number };

const scanAll = async (table: Table): Promise<WaitingEntry[]> => {
  const all: WaitingEntry[] = [];
  let start: WaitingPage['end'];
  do {
    const { entries, end } = await scanWaiting(table, start);
    all.push(...entries);
    start = end;
  } while (start !== undefined);
  return all;
};

/**
 * A dispatcher with its queue, on its clock: messages come at their time, and again after six minutes if they fail. The
 * sweeper runs every five minutes.
 */
export const dispatcherWithQueue = (table: Table, overrides: Partial<DispatchDeps> = {}) => {
  let queue: Queued[] = [];
  const wakeTargets: DispatchDeps['wakeTargets'] = async (wakes) => {
    const nowMs = dispatcher.now().getTime();
    for (const { delaySeconds = 0, ...body } of wakes) queue.push({ body, atMs: nowMs + delaySeconds * 1_000 });
    return new Set();
  };
  const dispatcher = dispatcherOn(table, { wakeTargets, ...overrides });
  let sweepAtMs = dispatcher.now().getTime() + SWEEP_SECONDS * 1_000;

  const sweep = async (): Promise<void> => {
    sweepAtMs = dispatcher.now().getTime() + SWEEP_SECONDS * 1_000;
    const deps = {
      readTargets: (targets: Parameters<typeof readTargets>[1]) => readTargets(table, targets),
      recordWake: (wake: Parameters<typeof recordWake>[1]) => recordWake(table, wake),
      wakeTargets,
      now: dispatcher.now,
      log: { info: () => {}, error: () => {} },
      capture: async () => {},
    };
    const earliest = earliestByTarget(await scanAll(table), dispatcher.now());
    await wakeDue(deps, earliest, (error) => taskFailure(error, { function: 'sweeper' }));
  };

  /** Runs what is visible, and nothing else. */
  const runVisible = async (): Promise<void> => {
    const nowMs = dispatcher.now().getTime();
    const visible = queue.filter(({ atMs }) => atMs <= nowMs).slice(0, BATCH);
    queue = queue.filter((entry) => !visible.includes(entry));
    const failed = new Set(await dispatcher.run(...visible.map(({ body }) => body)));
    for (const [position, entry] of visible.entries())
      if (failed.has(`m${position}`)) queue.push({ ...entry, atMs: nowMs + VISIBILITY_SECONDS * 1_000 });
  };

  return {
    ...dispatcher,
    send: (...bodies: readonly unknown[]) => {
      for (const body of bodies) queue.push({ body, atMs: dispatcher.now().getTime() });
    },
    wakeTargets,
    /** Lets time pass, and all happen that happens in it. */
    pass: async (seconds: number): Promise<void> => {
      const endMs = dispatcher.now().getTime() + seconds * 1_000;
      for (;;) {
        const nowMs = dispatcher.now().getTime();
        const nextMs = Math.max(nowMs, Math.min(sweepAtMs, ...queue.map(({ atMs }) => atMs)));
        if (nextMs > endMs) break;
        dispatcher.moveSeconds((nextMs - nowMs) / 1_000);
        if (queue.some(({ atMs }) => atMs <= nextMs)) await runVisible();
        else await sweep();
      }
      dispatcher.moveSeconds(Math.max(0, endMs - dispatcher.now().getTime()) / 1_000);
    },
    /** How many messages are in the queue, whatever their time. */
    queued: () => queue.length,
  };
};
