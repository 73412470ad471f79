import { changeDeliveries } from '../../../core/deliveries/store/change-deliveries.ts';
import { readRouting } from '../../../core/deliveries/store/routing-context.ts';
import { listWaiting, readWaiting } from '../../../core/deliveries/store/waiting.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { ownTargets } from '../../../core/targets/model.ts';
import { endBackOff } from '../../../core/targets/store/targets.ts';
import { targetName } from '../../../core/targets/target-record.ts';
import { type RerouteDeps, reroute } from '../../../functions/background/reroute.ts';
import type { dispatcherWithQueue } from './delivery-queue.ts';
import type { changingGate } from './gates.ts';
import { START, settings } from './harness.ts';

/** When a product was muted, in seconds from the start. */
export type Muting = { readonly productId: string; readonly from: number; readonly until: number };

/** Mutes products as the API does, and applies that to what waits, as the background function does. */
export const mutingsOn = (table: Table, queue: ReturnType<typeof dispatcherWithQueue>) => {
  const mutings = new Map<string, readonly Muting[]>();
  const deps: RerouteDeps = {
    listWaiting: (request) => listWaiting(table, request),
    readWaiting: (refs) => readWaiting(table, refs),
    readRouting: (request) => readRouting(table, request),
    changeDeliveries: (changes) => changeDeliveries(table, changes),
    endBackOff: (target) => endBackOff(table, target),
    wakeTargets: async (wakes) => void (await queue.wakeTargets(wakes)),
    now: queue.now,
  };
  return {
    mutings: () => [...mutings.values()].flat(),
    /** For so many seconds, in place of the mute before; 0 only ends that. */
    mute: async (gate: Awaited<ReturnType<typeof changingGate>>, seconds: number): Promise<void> => {
      const { product } = gate;
      const since = queue.now();
      const from = (since.getTime() - Date.parse(START)) / 1_000;
      const before = (mutings.get(product.id) ?? []).map((muting) => ({
        ...muting,
        until: Math.min(muting.until, from),
      }));
      mutings.set(product.id, [...before, { productId: product.id, from, until: from + seconds }]);
      await gate.mute(seconds === 0 ? null : new Date(since.getTime() + seconds * 1_000), since);
      const targets = ownTargets(product, settings).map(({ key, destination }) => targetName(destination.channel, key));
      await reroute(deps, { kind: 'reroute', product_id: product.id, targets });
      await queue.pass(0);
    },
  };
};
