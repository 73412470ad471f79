import { randomUUID } from 'node:crypto';
import { mailFeedbackConfig } from '../../core/config.ts';
import { connectSqs, sendDeadLetters } from '../../core/deliveries/queue.ts';
import { changeDeliveries } from '../../core/deliveries/store/change-deliveries.ts';
import { readLoadedDelivery } from '../../core/deliveries/store/read-deliveries.ts';
import { readRouting } from '../../core/deliveries/store/routing-context.ts';
import { readSentTogether } from '../../core/deliveries/store/sent-together.ts';
import { connectCapture } from '../../core/exceptions/connect-capture.ts';
import { createLog } from '../../core/log.ts';
import { connectTable } from '../../core/platform/dynamodb/table.ts';
import { recordHealth } from '../../core/targets/store/health.ts';
import { forgetNotified } from '../../core/targets/store/notified.ts';
import { suppressAddress } from '../../core/targets/store/suppressed-addresses.ts';
import { handleFeedback } from './mail-feedback.ts';

const config = mailFeedbackConfig();
const log = createLog(console.log, config.redaction);
const table = connectTable(config.tableName);

export const handler = handleFeedback({
  readDelivery: (ref) => readLoadedDelivery(table, ref),
  readSentTogether: (tag) => readSentTogether(table, tag),
  readRoutingContext: (productIds) => readRouting(table, { productIds }),
  recordHealth: (ref, change) => recordHealth(table, ref, change),
  suppressAddress: (entry) => suppressAddress(table, entry),
  forgetNotified: (of, messageId) => forgetNotified(table, of, messageId),
  changeDeliveries: (changes) => changeDeliveries(table, changes),
  sendDeadLetters: sendDeadLetters(connectSqs(), config.deliveryDeadLetterQueueUrl),
  newRevision: randomUUID,
  now: () => new Date(),
  log,
  capture: connectCapture({ table, deliveryQueueUrl: config.deliveryQueueUrl, redaction: config.redaction, log }),
});
