import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { FANNED_OUT, FUNCTION, SORT_KEY } from '../../core/contract.ts';
import {
  attemptEach,
  type Failures,
  type MakeDeliveriesDeps,
  makeDeliveries,
} from '../../core/deliveries/make-deliveries.ts';
import { type ExceptionReport, taskFailure } from '../../core/exceptions/model.ts';
import { type Notification, notificationSchema } from '../../core/notifications/model.ts';
import { parseImage, parseRecord } from '../../core/streams/stream-batch.ts';

export type FanOutDeps = MakeDeliveriesDeps & { readonly capture: (report: ExceptionReport) => Promise<void> };

/** Records processed in parallel; notifications don't depend on each other. */
const SLICE = 10;

/** Whether a record is a new notification without deliveries, as the event source mapping filters. */
export const isNewNotification = ({ eventName, dynamodb }: DynamoDBRecord): boolean =>
  eventName === 'INSERT' &&
  dynamodb?.Keys?.['sk']?.S === SORT_KEY.notification &&
  dynamodb.NewImage?.[FANNED_OUT] === undefined;

const readNotification = (record: DynamoDBRecord): Notification => {
  const created = parseImage(notificationSchema, parseRecord(record).dynamodb.NewImage);
  if (created === null) throw new Error('The record of a new notification has no image');
  return created;
};

const fanOutSlice = async (deps: FanOutDeps, records: readonly DynamoDBRecord[], failures: Failures): Promise<void> =>
  makeDeliveries(deps, await attemptEach([...records.entries()], failures, readNotification), failures);

const notificationIn = (record: DynamoDBRecord | undefined): Notification | null => {
  try {
    return record === undefined ? null : readNotification(record);
  } catch {
    return null;
  }
};

/** For an exception's notification without its id, so that failures to fan it out are one exception and not a chain of them. */
const reportOf = (error: unknown, notification: Notification | null): ExceptionReport =>
  taskFailure(error, {
    function: FUNCTION.fanOut,
    arguments: notification?.type === 'security_gate' ? { notification_id: notification.id } : null,
    product_id: notification?.product_id ?? null,
  });

const reportFailures = async (
  deps: FanOutDeps,
  records: readonly DynamoDBRecord[],
  failures: Failures,
): Promise<void> => {
  for (const [position, error] of failures) {
    const notification = notificationIn(records[position]);
    deps.log.error('A notification was not fanned out', { notification_id: notification?.id ?? null, error });
    await deps.capture(reportOf(error, notification));
  }
};

/**
 * Creates a delivery and a queue message for every target of each new notification. Safe to repeat. The first record that
 * fails, including parsing, is returned, and Lambda retries the batch from there.
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
