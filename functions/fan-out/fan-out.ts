import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { parseImage, parseRecord } from '../batches/stream-batch.ts';
import { FANNED_OUT, FUNCTION, METRIC, SORT_KEY } from '../contract.ts';
import { type Delivery, newDelivery } from '../domain/delivery.ts';
import type { DeliveryMessage } from '../domain/delivery-message.ts';
import { type ExceptionReport, taskFailure } from '../domain/exception.ts';
import { type Notification, notification } from '../domain/notification.ts';
import type { Product } from '../domain/product.ts';
import type { Settings } from '../domain/settings.ts';
import { isToldByProduct, targetsOf } from '../domain/targets.ts';
import type { Log } from '../log.ts';
import type { Measure } from '../metrics.ts';

type Sources = { readonly settings: Settings; readonly products: Pick<ReadonlyMap<string, Product>, 'get'> };

export type FanOutDeps = {
  readonly readSources: (productIds: readonly string[]) => Promise<Sources>;
  readonly recordFanOut: (
    notificationId: string,
    deliveries: readonly Delivery[],
    now: Date,
  ) => Promise<'written' | 'refused'>;
  readonly listDeliveries: (notificationId: string) => Promise<readonly Delivery[]>;
  /** Tells the positions of the messages that the queue did not take. */
  readonly sendDeliveries: (messages: readonly DeliveryMessage[]) => Promise<ReadonlySet<number>>;
  readonly now: () => Date;
  readonly log: Log;
  readonly measure: Measure;
  readonly capture: (report: ExceptionReport) => Promise<void>;
};

/** Records that are worked on side by side: notifications do not depend on each other. */
const SLICE = 10;

/** Whether a record is of a new notification whose deliveries are still to be made, as the event source mapping filters. */
export const isNewNotification = ({ eventName, dynamodb }: DynamoDBRecord): boolean =>
  eventName === 'INSERT' &&
  dynamodb?.Keys?.['sk']?.S === SORT_KEY.notification &&
  dynamodb.NewImage?.[FANNED_OUT] === undefined;

const readNotification = (record: DynamoDBRecord): Notification => {
  const created = parseImage(notification, parseRecord(record).dynamodb.NewImage);
  if (created === null) throw new Error('The record of a new notification has no image');
  return created;
};

/** Counts a notification, once: here each comes by. */
const count = (measure: Measure, { type, suppressed }: Notification): void => {
  measure(METRIC.notifications, 1, { type });
  if (suppressed !== null) measure(METRIC.heldBack, suppressed, { type });
};

/**
 * Makes the deliveries of a notification and returns those that want a message. When that was done before (Lambda runs a
 * batch again) these are the ones that are still pending; when the notification is gone, none.
 */
const recordDeliveries = async (deps: FanOutDeps, of: Notification, sources: Sources): Promise<readonly Delivery[]> => {
  const product = of.product_id === null ? null : (sources.products.get(of.product_id) ?? null);
  const now = deps.now();
  const planned = targetsOf(of, { product, settings: sources.settings }).map((target) => newDelivery(target, of, now));
  const outcome = await deps.recordFanOut(of.id, planned, now);
  const deliveries = outcome === 'written' ? planned : await deps.listDeliveries(of.id);
  deps.log.info('Fanned out', {
    notification_id: of.id,
    request_id: of.request_id,
    delivery_ids: deliveries.map(({ delivery_id }) => delivery_id),
    repeated: outcome !== 'written',
  });
  if (outcome === 'written') count(deps.measure, of);
  return deliveries.filter(({ status }) => status === 'pending');
};

/** The errors of a slice, by the record's position in it. */
type Failures = Map<number, unknown>;

/** Does each for itself; what throws is noted and left out. */
const attemptEach = async <From, To>(
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

const fanOutSlice = async (deps: FanOutDeps, records: readonly DynamoDBRecord[], failures: Failures): Promise<void> => {
  const notifications = await attemptEach([...records.entries()], failures, readNotification);
  const products = notifications.flatMap(([, of]) => (isToldByProduct(of) ? (of.product_id ?? []) : []));
  const sources = await deps.readSources(products);
  const recorded = await attemptEach(notifications, failures, (of) => recordDeliveries(deps, of, sources));
  const pending = recorded.flatMap(([position, deliveries]) => deliveries.map((entry) => ({ position, entry })));
  const notTaken = await deps.sendDeliveries(
    pending.map(({ entry: { notification_id, delivery_id } }) => ({ notification_id, delivery_id })),
  );
  for (const index of notTaken) {
    const position = pending[index]?.position;
    if (position !== undefined) failures.set(position, new Error('The delivery queue did not take a message'));
  }
};

const notificationIn = (record: DynamoDBRecord | undefined): Notification | null => {
  try {
    return record === undefined ? null : readNotification(record);
  } catch {
    return null;
  }
};

/** A failure to tell of an exception names no notification: else each would be another exception, and so on. */
const reportOf = (error: unknown, of: Notification | null): ExceptionReport =>
  taskFailure(error, {
    function: FUNCTION.fanOut,
    arguments: of?.type === 'security_gate' ? { notification_id: of.id } : null,
    product_id: of?.product_id ?? null,
  });

const reportFailures = async (
  deps: FanOutDeps,
  records: readonly DynamoDBRecord[],
  failures: Failures,
): Promise<void> => {
  for (const [position, error] of failures) {
    const of = notificationIn(records[position]);
    deps.log.error('A notification was not fanned out', { notification_id: of?.id ?? null, error });
    await deps.capture(reportOf(error, of));
  }
};

/**
 * Makes a delivery and a queue message for every target of each new notification. All of it can be done again. The first
 * record that fails, parsing included, is reported, and Lambda runs the batch again from there.
 */
export const fanOut =
  (deps: FanOutDeps) =>
  async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    for (let start = 0; start < event.Records.length; start += SLICE) {
      const slice = event.Records.slice(start, start + SLICE);
      const failures: Failures = new Map();
      try {
        await fanOutSlice(deps, slice, failures);
      } catch (error) {
        failures.set(0, error);
      }
      if (failures.size === 0) continue;
      await reportFailures(deps, slice, failures);
      const first = slice[Math.min(...failures.keys())];
      return { batchItemFailures: [{ itemIdentifier: first?.dynamodb?.SequenceNumber ?? '' }] };
    }
    return { batchItemFailures: [] };
  };
