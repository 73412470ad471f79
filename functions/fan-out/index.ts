import { connectCapture } from '../capture/connect-capture.ts';
import { captureConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { connectSqs, sendDeliveries } from '../queues/delivery-queue.ts';
import { listDeliveries, readSources, recordFanOut } from '../store/deliveries.ts';
import { connectTable } from '../store/table.ts';
import { fanOut } from './fan-out.ts';

const config = captureConfig();
const log = createLog(console.log);
const table = connectTable(config.tableName);

export const handler = fanOut({
  readSources: (productIds) => readSources(table, productIds),
  recordFanOut: (notificationId, deliveries, now) => recordFanOut(table, { notificationId, deliveries, now }),
  listDeliveries: (notificationId) => listDeliveries(table, notificationId),
  sendDeliveries: sendDeliveries(connectSqs(), config.deliveryQueueUrl),
  now: () => new Date(),
  capture: connectCapture({ table, deliveryQueueUrl: config.deliveryQueueUrl, log }),
  log,
});
