import { channelOf } from '../channels/channels.ts';
import { METRIC } from '../contract.ts';
import type { Log } from '../log.ts';
import type { Notification } from '../notifications/model.ts';
import type { Measure } from '../platform/metrics.ts';
import type { Product } from '../products/model.ts';
import type { Settings } from '../settings/model.ts';
import { routeDue } from '../targets/due.ts';
import { goesToProductTargets, targetsOf } from '../targets/model.ts';
import { targetName } from '../targets/target-record.ts';
import { newDelivery } from './lifecycle.ts';
import { type Delivery, isSettled, ownerOf } from './model.ts';
import type { Rejected, Wake } from './queue.ts';

type Sources = { readonly settings: Settings; readonly products: Pick<ReadonlyMap<string, Product>, 'get'> };

export type MakeDeliveriesDeps = {
  readonly readSources: (productIds: readonly string[]) => Promise<Sources>;
  /** `refused`: the notification doesn't exist, or was fanned out before. */
  readonly recordFanOut: (
    notificationId: string,
    deliveries: readonly Delivery[],
    now: Date,
  ) => Promise<'written' | 'refused'>;
  /** The deliveries of a notification that was fanned out before, as far as their targets need another message. */
  readonly listDeliveries: (notificationId: string) => Promise<readonly Delivery[]>;
  readonly wakeTargets: (wakes: readonly Wake[]) => Promise<Rejected>;
  readonly now: () => Date;
  readonly log: Log;
  readonly measure: Measure;
};

/** Counts a notification in the metrics, once, when its deliveries are created. */
const count = (measure: Measure, { type, suppressed }: Notification): void => {
  measure(METRIC.notifications, 1, { type });
  if (suppressed !== null) measure(METRIC.heldBack, suppressed, { type });
};

/** Until this time after now, deliveries are due at once: the clocks of instances differ. */
const DUE_WITHIN_MS = 1_000;

/**
 * Creates the deliveries of a notification and returns those that are due now. The sweeper sees to the others. If Lambda retries a batch, these are the
 * deliveries that are still pending. If the notification was deleted, there are none.
 */
const recordDeliveries = async (
  deps: MakeDeliveriesDeps,
  notification: Notification,
  sources: Sources,
): Promise<readonly Delivery[]> => {
  const product = notification.product_id === null ? null : (sources.products.get(notification.product_id) ?? null);
  const now = deps.now();
  const owner = goesToProductTargets(notification) ? product : sources.settings;
  const planned = targetsOf(notification, { product, settings: sources.settings }).flatMap((target) =>
    owner === null
      ? []
      : [newDelivery(target, notification, { due: routeDue(owner, target.destination.channel, now), now })],
  );
  const outcome = await deps.recordFanOut(notification.id, planned, now);
  const deliveries = outcome === 'written' ? planned : await deps.listDeliveries(notification.id);
  deps.log.info('Fanned out', {
    notification_id: notification.id,
    request_id: notification.request_id,
    delivery_ids: deliveries.map(({ delivery_id }) => delivery_id),
    repeated: outcome !== 'written',
  });
  if (outcome === 'written') count(deps.measure, notification);
  const soon = new Date(now.getTime() + DUE_WITHIN_MS).toISOString();
  return deliveries.filter((delivery) => !isSettled(delivery) && delivery.due_at <= soon);
};

/** Errors by the position of the failed entry. */
export type Failures = Map<number, unknown>;

/** Runs `act` for each entry. Records the errors in `failures` and returns the results of the others. */
export const attemptEach = async <From, To>(
  entries: readonly (readonly [number, From])[],
  failures: Failures,
  act: (entry: From) => To | Promise<To>,
): Promise<(readonly [number, To])[]> => {
  const done = entries.map(async ([position, entry]): Promise<(readonly [number, To])[]> => {
    try {
      return [[position, await act(entry)]];
    } catch (error) {
      failures.set(position, error);
      return [];
    }
  });
  return (await Promise.all(done)).flat();
};

type Pending = { readonly position: number; readonly delivery: Delivery };

/** A message for each target. Those of email belong to the owner's group, as one address has few. */
const wakesFor = (pending: readonly Pending[]): { readonly wake: Wake; readonly positions: readonly number[] }[] =>
  [...Map.groupBy(pending, ({ delivery: { channel, target_key } }) => targetName(channel, target_key))].flatMap(
    ([target, waiting]) => {
      const [first] = waiting;
      if (first === undefined) return [];
      const isEmail = channelOf(first.delivery.channel).interval === 'email';
      const group = isEmail ? `owner-${ownerOf(first.delivery) ?? 'settings'}` : target;
      const deliveries = waiting.map(({ delivery }) => delivery);
      return [{ wake: { target, deliveries, group }, positions: waiting.map(({ position }) => position) }];
    },
  );

/**
 * Creates the deliveries of notifications and wakes their targets. Safe to repeat. A notification that fails is recorded in
 * `failures` by its position and doesn't affect the others.
 */
export const makeDeliveries = async (
  deps: MakeDeliveriesDeps,
  notifications: readonly (readonly [number, Notification])[],
  failures: Failures,
): Promise<void> => {
  const products = notifications.flatMap(([, notification]) =>
    goesToProductTargets(notification) ? (notification.product_id ?? []) : [],
  );
  const sources = await deps.readSources(products);
  const recorded = await attemptEach(notifications, failures, (notification) =>
    recordDeliveries(deps, notification, sources),
  );
  const wakes = wakesFor(
    recorded.flatMap(([position, deliveries]) => deliveries.map((delivery) => ({ position, delivery }))),
  );
  const rejected = await deps.wakeTargets(wakes.map(({ wake }) => wake));
  for (const index of rejected)
    for (const position of wakes[index]?.positions ?? [])
      failures.set(position, new Error('The delivery queue rejected a message'));
};
