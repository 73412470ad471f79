import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { connectCapture } from '../capture/connect-capture.ts';
import { connectChannels } from '../channels/deliver.ts';
import { connectSes } from '../channels/email.ts';
import { mailIds } from '../channels/mail-ids.ts';
import { tellStory } from '../channels/story.ts';
import { connectWebhooks, DEADLINE_MS, resolveHost } from '../channels/webhook.ts';
import { dispatcherConfig } from '../config.ts';
import { lineOf } from '../domain/send-slots.ts';
import { createLog } from '../log.ts';
import { createMeasure } from '../metrics.ts';
import { connectSqs, postpone, sendDeadLetters, setAgain } from '../queues/delivery-queue.ts';
import { connectVault } from '../secrets/connect-vault.ts';
import { openDestination } from '../secrets/vault.ts';
import { recordHealth } from '../store/channel-health.ts';
import { changeDeliveries, readCircumstances, readDeliveries, takeTurns } from '../store/deliveries.ts';
import { recordException } from '../store/exceptions.ts';
import { closeLine, reserveSlots } from '../store/lines.ts';
import { connectTable } from '../store/table.ts';
import { dispatch } from './dispatch.ts';

/** Long enough for targets that answer at about the same time, and nothing to who waits for the next batch. */
const GATHER_MS = 15;

const config = dispatcherConfig();
const table = connectTable(config.tableName);
const vault = connectVault({ table, keyArn: config.webhookKeyArn });
const sqs = connectSqs();
const log = createLog(console.log, config.redaction);
const now = () => new Date();
const deliver = connectChannels({
  sendEmail: connectSes(),
  post: connectWebhooks({ policy: config.webhookPolicy, deadlineMs: DEADLINE_MS, resolve: resolveHost }),
  now,
});

export const handler = dispatch({
  readDeliveries: (messages) => readDeliveries(table, messages),
  readCircumstances: (productIds, addresses) => readCircumstances(table, productIds, addresses),
  recordHealth: (ref, change) => recordHealth(table, ref, change),
  takeTurns: (of) => takeTurns(table, of),
  reserveSlots: (of) => reserveSlots(table, of),
  closeLine: (of) => closeLine(table, of),
  lineOf: (delivery) => lineOf(delivery, config),
  changeDeliveries: (changes) => changeDeliveries(table, changes),
  open: (sealed) => openDestination(vault, sealed),
  deliver: ({ notification, delivery: { notification_id, delivery_id, claim }, destination, baseUrl }) =>
    deliver({
      story: tellStory(notification, baseUrl),
      destination,
      ids: mailIds(notification, delivery_id),
      feedback: { configurationSet: config.mailConfigurationSet, tags: { notification_id, delivery_id, claim } },
    }),
  postpone: postpone(sqs, config.deliveryQueueUrl),
  setAgain: setAgain(sqs, config.deliveryQueueUrl),
  sendDeadLetters: sendDeadLetters(sqs, config.deliveryDeadLetterQueueUrl),
  newClaim: randomUUID,
  now,
  random: Math.random,
  waitUntil: async (timeMs) => {
    const ms = timeMs - Date.now();
    if (ms > 0) await delay(ms);
  },
  gather: () => delay(GATHER_MS),
  record: (exception) => recordException(table, { exception, now: now(), randomId: randomUUID }),
  capture: connectCapture({ table, deliveryQueueUrl: config.deliveryQueueUrl, redaction: config.redaction, log }),
  log,
  measure: createMeasure({
    namespace: config.metricNamespace,
    now,
    write: (line) => process.stdout.write(line),
  }),
});
