import { changeDeliveries } from '../../../core/deliveries/store/change-deliveries.ts';
import { readRouting } from '../../../core/deliveries/store/routing-context.ts';
import { listWaiting, readWaiting } from '../../../core/deliveries/store/waiting.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import type { Product } from '../../../core/products/model.ts';
import { endBackOff, readTargets } from '../../../core/targets/store/targets.ts';
import { type RerouteDeps, reroute } from '../../../functions/background/reroute.ts';
import { rerouteJobs } from '../../../functions/gate-trigger/reroute.ts';
import type { dispatcherWithQueue } from './delivery-queue.ts';
import type { changingGate } from './gates.ts';
import { START, settings } from './harness.ts';

type Gate = Awaited<ReturnType<typeof changingGate>>;

/** When a product was muted, in seconds from the start. */
export type Muting = { readonly productId: string; readonly from: number; readonly until: number };

/** What a reroute job needs, on a table. */
export const rerouteDepsOn = (table: Table, others: Pick<RerouteDeps, 'wakeTargets' | 'now'>): RerouteDeps => ({
  listWaiting: (request) => listWaiting(table, request),
  readWaiting: (refs) => readWaiting(table, refs),
  readRouting: (request) => readRouting(table, request),
  readTargets: (targets) => readTargets(table, targets),
  changeDeliveries: (changes) => changeDeliveries(table, changes),
  endBackOff: (target) => endBackOff(table, target),
  ...others,
});

/**
 * Changes where messages of products go, and when, as the API does, and applies that to what waits, as gate-trigger and the
 * background function do.
 */
export const routingsOn = (table: Table, queue: ReturnType<typeof dispatcherWithQueue>) => {
  const mutings = new Map<string, readonly Muting[]>();
  const wakeTargets: RerouteDeps['wakeTargets'] = async (wakes) => void (await queue.wakeTargets(wakes));
  const deps = rerouteDepsOn(table, { wakeTargets, now: queue.now });
  const apply = async (change: { readonly before: Product; readonly after: Product }): Promise<void> => {
    for (const job of rerouteJobs(change.after.id, change, settings))
      if (job.kind === 'reroute') await reroute(deps, job);
    await queue.pass(0);
  };
  return {
    mutings: () => [...mutings.values()].flat(),
    /** For so many seconds, in place of the mute before; 0 only ends that. */
    mute: async (gate: Gate, seconds: number): Promise<void> => {
      const { product } = gate;
      const since = queue.now();
      const from = (since.getTime() - Date.parse(START)) / 1_000;
      const before = (mutings.get(product.id) ?? []).map((muting) => ({
        ...muting,
        until: Math.min(muting.until, from),
      }));
      mutings.set(product.id, [...before, { productId: product.id, from, until: from + seconds }]);
      await apply(await gate.mute(seconds === 0 ? null : new Date(since.getTime() + seconds * 1_000), since));
    },
    setWebhook: async (gate: Gate, url: string): Promise<void> => apply(await gate.setWebhook(url)),
  };
};
