import { METRIC } from '../contract.ts';
import type { Log } from '../log.ts';
import type { Notification } from '../notifications/model.ts';
import type { Measure } from '../platform/metrics.ts';
import type { Product } from '../products/model.ts';
import type { Settings } from '../settings/model.ts';
import { goesToProductTargets, targetsOf } from '../targets/model.ts';
import type { DeliveryMessage } from './delivery-message.ts';
import { newDelivery } from './lifecycle.ts';
import type { Delivery } from './model.ts';

type Sources = { readonly settings: Settings; readonly products: Pick<ReadonlyMap<string, Product>, 'get'> };

export type MakeDeliveriesDeps = {
  readonly readSources: (productIds: readonly string[]) => Promise<Sources>;
  /** `refused`: the notification doesn't exist, or was fanned out before. */
  readonly recordFanOut: (
    notificationId: string,
    deliveries: readonly Delivery[],
    now: Date,
  ) => Promise<'written' | 'refused'>;
  /** The deliveries of a notification that was fanned out before, as far as they need another message. */
  readonly listDeliveries: (notificationId: string) => Promise<readonly Delivery[]>;
  /** Returns the positions of the messages that the queue rejected. */
  readonly sendDeliveries: (messages: readonly DeliveryMessage[]) => Promise<ReadonlySet<number>>;
  readonly now: () => Date;
  readonly log: Log;
  readonly measure: Measure;
};

/** Counts a notification in the metrics, once, when its deliveries are created. */
const count = (measure: Measure, { type, suppressed }: Notification): void => {
  measure(METRIC.notifications, 1, { type });
  if (suppressed !== null) measure(METRIC.heldBack, suppressed, { type });
};

/**
 * Creates the deliveries of a notification and returns those that need a message. If Lambda retries a batch, these are the
 * deliveries that are still pending. If the notification was deleted, there are none.
 */
const recordDeliveries = async (
  deps: MakeDeliveriesDeps,
  notification: Notification,
  sources: Sources,
): Promise<readonly Delivery[]> => {
  const product = notification.product_id === null ? null : (sources.products.get(notification.product_id) ?? null);
  const now = deps.now();
  const planned = targetsOf(notification, { product, settings: sources.settings }).map((target) =>
    newDelivery(target, notification, now),
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
  return deliveries.filter(({ status }) => status === 'pending');
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

/**
 * Creates the deliveries of notifications and sends a queue message for each delivery. Safe to repeat. A notification that
 * fails is recorded in `failures` by its position and doesn't affect the others.
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
  const pending = recorded.flatMap(([position, deliveries]) => deliveries.map((entry) => ({ position, entry })));
  const rejected = await deps.sendDeliveries(
    pending.map(({ entry: { notification_id, delivery_id } }) => ({ notification_id, delivery_id })),
  );
  for (const index of rejected) {
    const position = pending[index]?.position;
    if (position !== undefined) failures.set(position, new Error('The delivery queue rejected a message'));
  }
};
