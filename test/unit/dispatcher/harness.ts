import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import type { SendResult } from '../../../core/channels/behaviour.ts';
import type { DeadLetter, WakeMessage } from '../../../core/deliveries/delivery-message.ts';
import { newDelivery } from '../../../core/deliveries/lifecycle.ts';
import type { Delivery, DeliveryRef, Outcome } from '../../../core/deliveries/model.ts';
import type { Wake } from '../../../core/deliveries/queue.ts';
import { changeDeliveries } from '../../../core/deliveries/store/change-deliveries.ts';
import { deliveryItem } from '../../../core/deliveries/store/delivery-item.ts';
import { listDeliveries, readDelivery, readNotifications } from '../../../core/deliveries/store/read-deliveries.ts';
import { recordFanOut } from '../../../core/deliveries/store/record-fan-out.ts';
import { readRouting } from '../../../core/deliveries/store/routing-context.ts';
import { recordSentTogether } from '../../../core/deliveries/store/sent-together.ts';
import { listDue, readWaiting } from '../../../core/deliveries/store/waiting.ts';
import type { ExceptionReport, PreparedException } from '../../../core/exceptions/model.ts';
import { IN_FORMAT } from '../../../core/formats/store/format.ts';
import { notificationKey, productKey, SETTINGS_KEY } from '../../../core/keys.ts';
import { createLog } from '../../../core/log.ts';
import type { Notification } from '../../../core/notifications/model.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import type { Measure } from '../../../core/platform/metrics.ts';
import type { Product } from '../../../core/products/model.ts';
import { newProduct } from '../../../core/products/revision.ts';
import { decryptDestination } from '../../../core/secrets/webhook-secrets.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../core/settings/model.ts';
import { routeDue } from '../../../core/targets/due.ts';
import { targetsOf } from '../../../core/targets/model.ts';
import { recordHealth } from '../../../core/targets/store/health.ts';
import { pauseMail, reserveMail } from '../../../core/targets/store/mail-rate.ts';
import { recordNotified } from '../../../core/targets/store/notified.ts';
import {
  acquireTarget,
  askAgain,
  endBackOff,
  readTargets,
  recordWake,
  releaseTarget,
} from '../../../core/targets/store/targets.ts';
import { type TargetRecord, targetName } from '../../../core/targets/target-record.ts';
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
  delivery: (of: Delivery) => put(table, deliveryItem(of)),
});

let count = 0;

/** A message that wakes a target for its deliveries, as fan-out sends it. */
export type Message = WakeMessage & { readonly delivery: DeliveryRef };

export const wakeFor = ({ notification_id, delivery_id, channel, target_key }: Delivery): Message => {
  const delivery = { notification_id, delivery_id };
  return { target: targetName(channel, target_key), deliveries: [delivery], delivery };
};

/** Fans a notification of a product out, as it is stored; answers with the messages that wake its targets. */
export const fanOut = async (table: Table, notification: Notification, product: Product, now = new Date(START)) => {
  await seed(table).notification(notification);
  const deliveries = targetsOf(notification, { product, settings }).map((target) =>
    newDelivery(target, notification, { due: routeDue(product, target.destination.channel, now), now }),
  );
  await recordFanOut(table, { notificationId: notification.id, deliveries, now });
  return deliveries.map(wakeFor);
};

/** A product with a notification that has been fanned out; answers with the messages that wake its targets. */
export const fannedOut = async (table: Table, fields: PlainProduct = {}, now = new Date(START)) => {
  count += 1;
  const product = productOf(`P${count}`, fields);
  const notification = notificationOf(`N${count}`, product);
  await seed(table).settings(settings);
  await seed(table).product(product);
  const messages = await fanOut(table, notification, product, now);
  return { product, notification, messages };
};

const sqsRecord = (body: unknown, messageId: string): SQSRecord => ({
  messageId,
  receiptHandle: `receipt-${messageId}`,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: '1',
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
const batch = (bodies: readonly unknown[]): SQSEvent => ({
  Records: bodies.map((body, position) => sqsRecord(body, `m${position}`)),
});

type Outgoing = Parameters<DispatchDeps['send']>[0];
/** What a target makes of a message. */
export type Send = (message: Outgoing) => Promise<Outcome>;

export const sent: Send = async () => ({ kind: 'sent' });
export const refused: Send = async () => ({ kind: 'refused', reason: 'The webhook was removed (no_service)' });
export const retry =
  (afterSeconds: number | null = null, burnsAttempt = true): Send =>
  async () => ({ kind: 'retry', afterSeconds, reason: 'The target answered 503', burnsAttempt });

const resultOf = (outcome: Outcome): SendResult => ({
  outcome,
  status: outcome.kind === 'sent' ? 200 : 503,
  answer: null,
});

/** What a dispatcher writes that dies as soon as it has to write a delivery. */
export const diesWriting: DispatchDeps['changeDeliveries'] = async (changes) => {
  if (changes.length > 0) throw new Error('died');
  return new Set();
};

/** Ten seconds between messages to a webhook, a minute between emails to an address. */
export const INTERVALS = { webhookSeconds: 10, emailSeconds: 60 };

/** A dispatcher on a real table, with a clock that stands until it is moved and everything else noted down. */
export const dispatcherOn = (table: Table, overrides: Partial<DispatchDeps> = {}) => {
  let nowMs = Date.parse(START);
  let ids = 0;
  const noted = {
    messages: [] as Outgoing[],
    woken: [] as Wake[],
    deadLetters: [] as DeadLetter[],
    lines: [] as string[],
    captured: [] as ExceptionReport[],
    recorded: [] as PreparedException[],
    measured: [] as Parameters<Measure>[],
  };
  let send: Send = sent;
  const deps: DispatchDeps = {
    acquireTarget: (acquisition) => acquireTarget(table, acquisition),
    releaseTarget: (release) => releaseTarget(table, release),
    readTarget: async (target) => (await readTargets(table, [target]))(target),
    askAgain: (target, now) => askAgain(table, target, now),
    recordWake: (wake) => recordWake(table, { ...wake, isSwept: false }),
    endBackOff: (target) => endBackOff(table, target),
    wakeTargets: async (wakes) => {
      noted.woken.push(...wakes);
      return new Set();
    },
    listDue: (request) => listDue(table, request),
    readWaiting: (refs) => readWaiting(table, refs),
    readDelivery: (ref) => readDelivery(table, ref),
    readRouting: (request) => readRouting(table, request),
    readNotifications: (notificationIds) => readNotifications(table, notificationIds),
    decrypt: (destination) => decryptDestination(testVault, destination),
    send: async (message) => {
      noted.messages.push(message);
      return resultOf(await send(message));
    },
    // A thousand a second: the emails of tests that are not about it do not wait for each other.
    reserveMail: (owner, now) => reserveMail(table, { rate: { mailsPerSecond: 1_000 }, owner, now }),
    pauseMail: (until) => pauseMail(table, until),
    waitUntil: async (time) => {
      nowMs = Math.max(nowMs, time.getTime());
    },
    recordNotified: (changes) => recordNotified(table, changes),
    recordSentTogether: (messageId, deliveries, now) => recordSentTogether(table, { messageId, deliveries, now }),
    changeDeliveries: (changes) => changeDeliveries(table, changes),
    sendDeadLetters: async (letters) => {
      noted.deadLetters.push(...letters);
      return new Set();
    },
    recordHealth: (ref, change) => recordHealth(table, ref, change),
    recordException: async (exception) => {
      noted.recorded.push(exception);
    },
    intervals: INTERVALS,
    newId: () => {
      ids += 1;
      return `id-${nowMs}-${ids}-${Math.random()}`;
    },
    random: () => 0.5,
    now: () => new Date(nowMs),
    log: createLog((entry) => noted.lines.push(JSON.stringify(entry))),
    measure: (...value) => void noted.measured.push(value),
    capture: async (report) => {
      noted.captured.push(report);
    },
    ...overrides,
  };
  const run = dispatch(deps);
  return {
    ...noted,
    deps,
    sendBy: (next: Send) => {
      send = next;
    },
    moveSeconds: (seconds: number) => {
      nowMs += seconds * 1_000;
    },
    now: () => new Date(nowMs),
    /** Ids of the messages that stay queued. */
    run: async (...bodies: unknown[]): Promise<string[]> =>
      (await run(batch(bodies))).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
  };
};

/** The record of the target that a message wakes. */
export const targetOf = async (table: Table, { target }: Pick<Message, 'target'>): Promise<TargetRecord> => {
  const found = (await readTargets(table, [target]))(target);
  if (found === null) throw new Error(`no target ${target}`);
  return found;
};

/** The one delivery that a message is for. */
export const deliveryOf = async (
  table: Table,
  { delivery: { notification_id, delivery_id } }: Pick<Message, 'delivery'>,
): Promise<Delivery> => {
  const found = (await listDeliveries(table, notification_id)).find((entry) => entry.delivery_id === delivery_id);
  if (found === undefined) throw new Error(`no delivery ${delivery_id}`);
  return found;
};
