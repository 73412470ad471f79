import { randomUUID } from 'node:crypto';
import { connectCapture } from '../capture/connect-capture.ts';
import { mailFeedbackConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { connectSqs, sendDeadLetters } from '../queues/delivery-queue.ts';
import { recordHealth } from '../store/channel-health.ts';
import { changeDeliveries, readCircumstances, readDeliveries } from '../store/deliveries.ts';
import { suppressAddress } from '../store/suppressed-addresses.ts';
import { connectTable } from '../store/table.ts';
import { takeFeedback } from './mail-feedback.ts';

const config = mailFeedbackConfig();
const log = createLog(console.log, config.redaction);
const table = connectTable(config.tableName);

export const handler = takeFeedback({
  readDelivery: async (tags) => (await readDeliveries(table, [tags]))(tags),
  readCircumstances: (productIds) => readCircumstances(table, productIds),
  recordHealth: (ref, change) => recordHealth(table, ref, change),
  suppressAddress: (entry) => suppressAddress(table, entry),
  changeDeliveries: (changes) => changeDeliveries(table, changes),
  sendDeadLetters: sendDeadLetters(connectSqs(), config.deliveryDeadLetterQueueUrl),
  newRevision: randomUUID,
  now: () => new Date(),
  log,
  capture: connectCapture({ table, deliveryQueueUrl: config.deliveryQueueUrl, redaction: config.redaction, log }),
});
