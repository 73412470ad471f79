import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { DeadLetter, DeliveryMessage } from '../../../core/deliveries/delivery-message.ts';
import { newDelivery } from '../../../core/deliveries/lifecycle.ts';
import type { Delivery } from '../../../core/deliveries/model.ts';
import { changeDeliveries, writeClaims } from '../../../core/deliveries/store/change-deliveries.ts';
import { listDeliveries, readDeliveries } from '../../../core/deliveries/store/read-deliveries.ts';
import { recordFanOut } from '../../../core/deliveries/store/record-fan-out.ts';
import { readRoutingContext } from '../../../core/deliveries/store/routing-context.ts';
import type { ExceptionReport, PreparedException } from '../../../core/exceptions/model.ts';
import { IN_FORMAT } from '../../../core/formats/store/format.ts';
import { deliveryKey, notificationKey, productKey, SETTINGS_KEY } from '../../../core/keys.ts';
import { createLog } from '../../../core/log.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import type { Measure } from '../../../core/platform/metrics.ts';
import type { Product } from '../../../core/products/model.ts';
import { newProduct } from '../../../core/products/revision.ts';
import { decryptDestination } from '../../../core/secrets/webhook-secrets.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../core/settings/model.ts';
import { targetsOf } from '../../../core/targets/model.ts';
import { rateLimitOf } from '../../../core/targets/send-slots.ts';
import { recordHealth } from '../../../core/targets/store/health.ts';
import { pauseSending, reserveSlots } from '../../../core/targets/store/send-slots.ts';
import type { AttemptDeps } from '../../../functions/dispatcher/attempt.ts';
import type { DispatchDeps } from '../../../functions/dispatcher/dispatch.ts';
import { dispatch } from '../../../functions/dispatcher/dispatch.ts';
import { type PlainProduct, sealedFields, testVault } from '../../vault.ts';
import { gateFailed } from '../channels/samples.ts';

export const START = '2026-12-02T14:06:00.000Z';

/** One for each product: those to one webhook would wait for each other. */
export const slackOf = (productId: string): string => `https://hooks.slack.com/services/T0/B0/secret-${productId}`;
export const TEAMS = 'https://a.environment.api.powerplatform.com/workflows/x?sig=teams-secret';

export const settings: Settings = {
  ...DEFAULT_SETTINGS,
  email_from: 'gate@example.org',
  base_url_frontend: 'https://gatebell.example.org',
};

export const productOf = (id: string, fields: PlainProduct = {}): Product => ({
  ...newProduct(id, { name: `Product ${id}` }, { user: 'alice', settings, now: new Date(START) }),
  ...sealedFields(id, { notification_slack_webhook: slackOf(id), ...fields }),
});

export const notificationOf = (id: string, product: Product, fields: Partial<Notification> = {}): Notification => ({
  ...gateFailed,
  id,
  product_id: product.id,
  product_name: product.name,
  ...fields,
});

const put = (table: Table, Item: Record<string, unknown>) =>
  table.client.send(new PutCommand({ TableName: table.name, Item }));

/** Writes items as the other functions would. */
export const seed = (table: Table) => ({
  settings: (of: Settings) => put(table, { ...SETTINGS_KEY, ...IN_FORMAT, ...of }),
  removeProduct: (id: string) => table.client.send(new DeleteCommand({ TableName: table.name, Key: productKey(id) })),
  product: (of: Product) => put(table, { ...productKey(of.id), ...IN_FORMAT, ...of }),
  notification: (of: Notification) => put(table, { ...notificationKey(of.id), ...of }),
  delivery: (of: Delivery) => put(table, { ...deliveryKey(of.notification_id, of.delivery_id), ...of }),
});

let count = 0;

/** A product with a notification that has been fanned out; answers with the messages of its deliveries. */
export const fannedOut = async (table: Table, fields: PlainProduct = {}, now = new Date(START)) => {
  count += 1;
  const product = productOf(`P${count}`, fields);
  const notification = notificationOf(`N${count}`, product);
  await seed(table).settings(settings);
  await seed(table).product(product);
  await seed(table).notification(notification);
  const deliveries = targetsOf(notification, { product, settings }).map((target) =>
    newDelivery(target, notification, now),
  );
  await recordFanOut(table, { notificationId: notification.id, deliveries, now });
  const messages = deliveries.map(({ notification_id, delivery_id }) => ({ notification_id, delivery_id }));
  return { product, notification, messages };
};

const sqsRecord = (body: unknown, messageId: string, receipts: number): SQSRecord => ({
  messageId,
  receiptHandle: `receipt-${messageId}`,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: String(receipts),
    SentTimestamp: '0',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: 'eu-central-1',
});

/** A batch; the message at position n has the id `mn`. */
const batch = (bodies: readonly unknown[], receipts: number): SQSEvent => ({
  Records: bodies.map((body, position) => sqsRecord(body, `m${position}`, receipts)),
});

export type Send = AttemptDeps['deliver'];
type OutgoingMessage = Parameters<Send>[0];

export const sent: Send = async () => ({ kind: 'sent' });
export const refused: Send = async () => ({ kind: 'refused', reason: 'The webhook was removed (no_service)' });
export const retry =
  (afterSeconds: number | null = null, burnsAttempt = true): Send =>
  async () => ({ kind: 'retry', afterSeconds, reason: 'The target answered 503', burnsAttempt });

/** A dispatcher on a real table, with a clock that stands until it is moved and everything else noted down. */
export const dispatcherOn = (table: Table, overrides: Partial<DispatchDeps> = {}) => {
  let nowMs = Date.parse(START);
  let claims = 0;
  const noted = {
    parcels: [] as OutgoingMessage[],
    postponed: new Map<string, number>(),
    setAgain: [] as { readonly message: DeliveryMessage; readonly seconds: number }[],
    deadLetters: [] as DeadLetter[],
    lines: [] as string[],
    captured: [] as ExceptionReport[],
    recorded: [] as PreparedException[],
    measured: [] as Parameters<Measure>[],
  };
  let send: Send = sent;
  let receipts = 1;
  const deps: DispatchDeps = {
    readDeliveries: (messages) => readDeliveries(table, messages),
    readRoutingContext: (productIds, addresses) => readRoutingContext(table, productIds, addresses),
    recordHealth: (ref, change) => recordHealth(table, ref, change),
    changeDeliveries: (changes) => changeDeliveries(table, changes),
    decrypt: (destination) => decryptDestination(testVault, destination),
    writeClaims: (of) => writeClaims(table, of),
    reserveSlots: (of) => reserveSlots(table, of),
    pauseUntil: (of) => pauseSending(table, of),
    // A thousand a second: the mails of tests that are not about it do not wait for each other.
    rateLimitOf: (delivery) => rateLimitOf(delivery, { mailsPerSecond: 1_000 }),
    waitUntil: async (timeMs) => {
      nowMs = Math.max(nowMs, timeMs);
    },
    deliver: async (parcel) => {
      noted.parcels.push(parcel);
      return await send(parcel);
    },
    postpone: async (entries) => {
      for (const { receiptHandle, seconds } of entries)
        noted.postponed.set(receiptHandle.replace('receipt-', ''), seconds);
      return new Set();
    },
    reenqueue: async (entries) => {
      noted.setAgain.push(...entries);
      return new Set();
    },
    sendDeadLetters: async (letters) => {
      noted.deadLetters.push(...letters);
      return new Set();
    },
    newClaim: () => {
      claims += 1;
      return `claim-${nowMs}-${claims}-${Math.random()}`;
    },
    now: () => new Date(nowMs),
    random: () => 0.5,
    waitForMore: async () => {},
    log: createLog((entry) => noted.lines.push(JSON.stringify(entry))),
    measure: (...value) => void noted.measured.push(value),
    capture: async (report) => {
      noted.captured.push(report);
    },
    recordException: async (exception) => {
      noted.recorded.push(exception);
    },
    ...overrides,
  };
  const run = dispatch(deps);
  return {
    ...noted,
    sendBy: (next: Send) => {
      send = next;
    },
    moveSeconds: (seconds: number) => {
      nowMs += seconds * 1_000;
    },
    now: () => new Date(nowMs),
    /** How often SQS says that messages were received. */
    received: (times: number) => {
      receipts = times;
    },
    /** Ids of the messages that stay queued. */
    run: async (...bodies: unknown[]): Promise<string[]> =>
      (await run(batch(bodies, receipts))).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
  };
};

/** The one delivery that a message is for. */
export const deliveryOf = async (
  table: Table,
  { notification_id, delivery_id }: DeliveryMessage,
): Promise<Delivery> => {
  const found = (await listDeliveries(table, notification_id)).find((entry) => entry.delivery_id === delivery_id);
  if (found === undefined) throw new Error(`no delivery ${delivery_id}`);
  return found;
};
