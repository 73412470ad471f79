import { rescheduled, setAside, skipped } from '../../core/deliveries/lifecycle.ts';
import {
  type Delivery,
  type DeliveryName,
  type DeliveryRef,
  deliveryName,
  ownerOf,
} from '../../core/deliveries/model.ts';
import type { Wake } from '../../core/deliveries/queue.ts';
import { dueNow, type Resolution, type RoutingContext, resolve } from '../../core/deliveries/resolve.ts';
import { addressesOf, productsOf } from '../../core/deliveries/routing-request.ts';
import type { DeliveryChange } from '../../core/deliveries/store/change-deliveries.ts';
import type { RoutingRequest } from '../../core/deliveries/store/routing-context.ts';
import type { WaitingRefs } from '../../core/deliveries/store/waiting.ts';
import { wakesOf } from '../../core/deliveries/wakes.ts';
import type { JobOf } from '../../core/jobs/model.ts';
import type { FindTarget } from '../../core/targets/store/targets.ts';
import type { TargetName } from '../../core/targets/target-record.ts';

export type RerouteDeps = {
  /** A page of what waits for a target. */
  readonly listWaiting: (request: {
    readonly target: TargetName;
    readonly upTo: null;
    readonly limit: number;
    readonly start: WaitingRefs['end'];
  }) => Promise<WaitingRefs>;
  readonly readWaiting: (refs: readonly DeliveryRef[]) => Promise<readonly Delivery[]>;
  readonly readRouting: (request: RoutingRequest) => Promise<RoutingContext>;
  readonly readTargets: (targets: readonly TargetName[]) => Promise<FindTarget>;
  /** Returns the deliveries that were changed or deleted since they were read. */
  readonly changeDeliveries: (changes: readonly DeliveryChange[]) => Promise<ReadonlySet<DeliveryName>>;
  /** Lets a failing target be tried at once. */
  readonly endBackOff: (target: TargetName) => Promise<void>;
  readonly wakeTargets: (wakes: readonly Wake[]) => Promise<void>;
  readonly now: () => Date;
};

/** Deliveries that are read and written together. */
const PAGE = 200;

/**
 * What waits for its time gets the time that its route has now. What is due already stays due: a dispatcher may be sending it, or
 * have died of it, which the next one knows. That one heeds a mute, too.
 */
const newTime = (delivery: Delivery, context: RoutingContext, now: Date): Delivery | null => {
  if (delivery.due_at <= now.toISOString()) return null;
  const due = dueNow(context, delivery, now);
  return due === null || due.due_at === delivery.due_at ? null : rescheduled(delivery, due, now);
};

type Circumstances = {
  readonly context: RoutingContext;
  readonly now: Date;
  /** Whether a dispatcher sends to the target now, or died of that. */
  readonly isServed: boolean;
};

const changeFor = (resolution: Resolution, { context, now, isServed }: Circumstances): Delivery | null => {
  const { delivery } = resolution;
  switch (resolution.kind) {
    case 'moves':
      if (resolution.after.target_key === delivery.target_key) return newTime(delivery, context, now);
      return newTime(resolution.after, context, now) ?? setAside(resolution.after, isServed);
    case 'ends':
      // The dispatcher fails what can't be sent; a failure belongs into the dead-letter queue.
      return resolution.outcome.kind === 'skipped' ? skipped(delivery, resolution.outcome, now) : null;
    case 'ready':
      return newTime(delivery, context, now);
    default:
      return resolution satisfies never;
  }
};

type Waiting = {
  readonly refs: readonly DeliveryRef[];
  readonly target: TargetName;
  readonly productId: string | null;
};

const reroutePage = async (deps: RerouteDeps, { refs, target, productId }: Waiting): Promise<void> => {
  const deliveries = (await deps.readWaiting(refs)).filter((delivery) => ownerOf(delivery) === productId);
  if (deliveries.length === 0) return;
  const context = await deps.readRouting({ productIds: productsOf(deliveries), addresses: addressesOf(deliveries) });
  const record = (await deps.readTargets([target]))(target);
  const [now, isServed] = [deps.now(), (record?.acquired ?? 0) > 0];
  const changes = deliveries.flatMap((before): DeliveryChange[] => {
    const after = changeFor(resolve(before, context, now), { context, now, isServed });
    return after === null ? [] : [{ before, after }];
  });
  const overtaken = await deps.changeDeliveries(changes);
  const moved = changes.map(({ after }) => after).filter((delivery) => !overtaken.has(deliveryName(delivery)));
  const wakes = wakesOf(moved, now);
  for (const wake of wakes) await deps.endBackOff(wake.target);
  if (wakes.length > 0) await deps.wakeTargets(wakes);
};

/**
 * Applies the changed channels, schedules, and mutes of an owner to its deliveries that wait for some targets: they go to
 * another webhook, at another time, or nowhere. Safe to repeat.
 */
export const reroute = async (deps: RerouteDeps, { product_id, targets }: JobOf<'reroute'>): Promise<void> => {
  for (const target of targets) {
    let start: WaitingRefs['end'];
    do {
      const { refs, end } = await deps.listWaiting({ target, upTo: null, limit: PAGE, start });
      await reroutePage(deps, { refs, target, productId: product_id });
      start = end;
    } while (start !== undefined);
  }
};
