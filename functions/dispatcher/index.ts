import { randomUUID } from 'node:crypto';
import { connectTransports, sendWith } from '../../core/channels/send.ts';
import { dispatcherConfig } from '../../core/config.ts';
import { FUNCTION, METRIC } from '../../core/contract.ts';
import { connectSqs, sendDeadLetters, wakeTargets } from '../../core/deliveries/queue.ts';
import { changeDeliveries } from '../../core/deliveries/store/change-deliveries.ts';
import { readDelivery, readNotifications } from '../../core/deliveries/store/read-deliveries.ts';
import { readRouting } from '../../core/deliveries/store/routing-context.ts';
import { recordSentTogether } from '../../core/deliveries/store/sent-together.ts';
import { listDue, readWaiting } from '../../core/deliveries/store/waiting.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { recordException } from '../../core/exceptions/store/record-exception.ts';
import { measureHeartbeats } from '../../core/heartbeat/pass-heartbeats.ts';
import { createLog } from '../../core/log.ts';
import { createMeasure } from '../../core/platform/metrics.ts';
import { waitUntil } from '../../core/platform/wait-until.ts';
import { connectWebhookSecrets } from '../../core/secrets/connect-webhook-secrets.ts';
import { decryptDestination } from '../../core/secrets/webhook-secrets.ts';
import { recordHealth } from '../../core/targets/store/health.ts';
import { pauseMail, reserveMail } from '../../core/targets/store/mail-rate.ts';
import { recordNotified } from '../../core/targets/store/notified.ts';
import {
  acquireTarget,
  askAgain,
  endBackOff,
  readTargets,
  recordWake,
  releaseTarget,
} from '../../core/targets/store/targets.ts';
import { dispatch } from './dispatch.ts';

const config = dispatcherConfig();
const log = createLog(console.log, config.redaction);
const { table, capture } = connectStore({
  tableName: config.tableName,
  deliveryQueueUrl: config.deliveryQueueUrl,
  functionName: FUNCTION.dispatcher,
  redaction: config.redaction,
  log,
});
const vault = connectWebhookSecrets({ table, keyArn: config.webhookKeyArn });
const sqs = connectSqs();
const now = () => new Date();
const send = sendWith(connectTransports(config.webhookPolicy));
const measure = createMeasure({
  namespace: config.metricNamespace,
  now,
  write: (line) => process.stdout.write(line),
});

const dispatchMessages = dispatch({
  acquireTarget: (acquisition) => acquireTarget(table, acquisition),
  releaseTarget: (release) => releaseTarget(table, release),
  readTarget: async (target) => (await readTargets(table, [target]))(target),
  askAgain: (target, at) => askAgain(table, target, at),
  recordWake: (wake) => recordWake(table, { ...wake, isSwept: false }),
  endBackOff: (target) => endBackOff(table, target),
  wakeTargets: wakeTargets(sqs, config.deliveryQueueUrl),
  listDue: (request) => listDue(table, request),
  readWaiting: (refs) => readWaiting(table, refs),
  readDelivery: (ref) => readDelivery(table, ref),
  readRouting: (request) => readRouting(table, request),
  readNotifications: (ids) => readNotifications(table, ids),
  decrypt: (destination) => decryptDestination(vault, destination),
  send: ({ tags, ...message }) =>
    send({ ...message, tracking: { configurationSet: config.mailConfigurationSet, tags } }),
  reserveMail: (owner, at) => reserveMail(table, { rate: config, owner, now: at }),
  pauseMail: (until) => pauseMail(table, until),
  waitUntil,
  recordNotified: (changes) => recordNotified(table, changes),
  recordSentTogether: (messageId, deliveries, at) => recordSentTogether(table, { messageId, deliveries, now: at }),
  changeDeliveries: (changes) => changeDeliveries(table, changes),
  sendDeadLetters: sendDeadLetters(sqs, config.deliveryDeadLetterQueueUrl),
  recordHealth: (ref, change) => recordHealth(table, ref, change),
  recordException: (exception) => recordException(table, { exception, now: now(), randomId: randomUUID }),
  intervals: config.targetIntervals,
  newId: randomUUID,
  random: Math.random,
  now,
  capture,
  log,
  measure,
});

export const handler = measureHeartbeats(
  ({ heartbeat_at }) => measure(METRIC.heartbeatAge, now().getTime() - Date.parse(heartbeat_at), {}),
  dispatchMessages,
);
