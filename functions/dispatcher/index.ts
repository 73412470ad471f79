import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { toEvent } from '../../core/channels/event.ts';
import { toMessageContent } from '../../core/channels/message-content.ts';
import { messageIds } from '../../core/channels/message-ids.ts';
import { connectTransports, sendWith } from '../../core/channels/send.ts';
import { dispatcherConfig } from '../../core/config.ts';
import { METRIC } from '../../core/contract.ts';
import { connectSqs, postpone, reenqueue, sendDeadLetters } from '../../core/deliveries/queue.ts';
import { changeDeliveries, writeClaims } from '../../core/deliveries/store/change-deliveries.ts';
import { readDeliveries } from '../../core/deliveries/store/read-deliveries.ts';
import { readRoutingContext } from '../../core/deliveries/store/routing-context.ts';
import { connectCapture } from '../../core/exceptions/connect-capture.ts';
import { recordException } from '../../core/exceptions/store/record-exception.ts';
import { measureHeartbeats } from '../../core/heartbeat/pass-heartbeats.ts';
import { createLog } from '../../core/log.ts';
import { connectTable } from '../../core/platform/dynamodb/table.ts';
import { createMeasure } from '../../core/platform/metrics.ts';
import { connectWebhookSecrets } from '../../core/secrets/connect-webhook-secrets.ts';
import { decryptDestination } from '../../core/secrets/webhook-secrets.ts';
import { rateLimitOf } from '../../core/targets/send-slots.ts';
import { recordHealth } from '../../core/targets/store/health.ts';
import { pauseSending, reserveSlots } from '../../core/targets/store/send-slots.ts';
import { dispatch } from './dispatch.ts';

/** Long enough for targets that answer at about the same time, short beside an attempt. */
const WAIT_FOR_MORE_MS = 15;

const config = dispatcherConfig();
const table = connectTable(config.tableName);
const vault = connectWebhookSecrets({ table, keyArn: config.webhookKeyArn });
const sqs = connectSqs();
const log = createLog(console.log, config.redaction);
const now = () => new Date();
const send = sendWith(connectTransports(config.webhookPolicy));
const measure = createMeasure({
  namespace: config.metricNamespace,
  now,
  write: (line) => process.stdout.write(line),
});

const dispatchMessages = dispatch({
  readDeliveries: (messages) => readDeliveries(table, messages),
  readRoutingContext: (productIds, addresses) => readRoutingContext(table, productIds, addresses),
  recordHealth: (ref, change) => recordHealth(table, ref, change),
  writeClaims: (claims) => writeClaims(table, claims),
  reserveSlots: (request) => reserveSlots(table, request),
  pauseUntil: (pause) => pauseSending(table, pause),
  rateLimitOf: (delivery) => rateLimitOf(delivery, config),
  changeDeliveries: (changes) => changeDeliveries(table, changes),
  decrypt: (destination) => decryptDestination(vault, destination),
  deliver: async ({ notification, delivery: { notification_id, delivery_id, claim }, destination, baseUrl }) => {
    const { outcome } = await send({
      content: toMessageContent(notification, baseUrl),
      event: toEvent(notification, baseUrl),
      destination,
      ...messageIds(notification, delivery_id),
      tracking: { configurationSet: config.mailConfigurationSet, tags: { notification_id, delivery_id, claim } },
    });
    return outcome;
  },
  postpone: postpone(sqs, config.deliveryQueueUrl),
  reenqueue: reenqueue(sqs, config.deliveryQueueUrl),
  sendDeadLetters: sendDeadLetters(sqs, config.deliveryDeadLetterQueueUrl),
  newClaim: randomUUID,
  now,
  random: Math.random,
  waitUntil: async (timeMs) => {
    const ms = timeMs - Date.now();
    if (ms > 0) await delay(ms);
  },
  waitForMore: () => delay(WAIT_FOR_MORE_MS),
  recordException: (exception) => recordException(table, { exception, now: now(), randomId: randomUUID }),
  capture: connectCapture({ table, deliveryQueueUrl: config.deliveryQueueUrl, redaction: config.redaction, log }),
  log,
  measure,
});

export const handler = measureHeartbeats(
  ({ heartbeat_at }) => measure(METRIC.heartbeatAge, now().getTime() - Date.parse(heartbeat_at), {}),
  dispatchMessages,
);
