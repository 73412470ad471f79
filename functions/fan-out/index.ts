import { readRecordsLate } from '../batches/late-read-records.ts';
import { replaying } from '../batches/replay.ts';
import { connectStore } from '../capture/connect-store.ts';
import { fanOutConfig } from '../config.ts';
import { FUNCTION } from '../contract.ts';
import { createLog } from '../log.ts';
import { createMeasure } from '../metrics.ts';
import { connectSqs, sendDeliveries } from '../queues/delivery-queue.ts';
import { listDeliveries, readSources, recordFanOut } from '../store/deliveries.ts';
import { fanOut, isNewNotification } from './fan-out.ts';

const config = fanOutConfig();
const log = createLog(console.log, config.redaction);
const { table, capture } = connectStore({
  tableName: config.tableName,
  deliveryQueueUrl: config.deliveryQueueUrl,
  functionName: FUNCTION.fanOut,
  redaction: config.redaction,
  log,
});

const now = () => new Date();

const follow = fanOut({
  readSources: (productIds) => readSources(table, productIds),
  recordFanOut: (notificationId, deliveries, now) => recordFanOut(table, { notificationId, deliveries, now }),
  listDeliveries: (notificationId) => listDeliveries(table, notificationId),
  sendDeliveries: sendDeliveries(connectSqs(), config.deliveryQueueUrl),
  now,
  capture,
  log,
  measure: createMeasure({
    namespace: config.metricNamespace,
    now,
    write: (line) => process.stdout.write(line),
  }),
});

export const handler = replaying(
  { readRecords: readRecordsLate, concerns: isNewNotification, functionName: FUNCTION.fanOut, log, capture },
  follow,
);
