import { connectStore } from '../capture/connect-store.ts';
import { fanOutConfig } from '../config.ts';
import { FUNCTION } from '../contract.ts';
import { createLog } from '../log.ts';
import { createMeasure } from '../metrics.ts';
import { connectSqs, sendDeliveries } from '../queues/delivery-queue.ts';
import { readSources, recordFanOut } from '../store/deliveries.ts';
import { WATCHED } from '../store/keys.ts';
import { listStalled, noteLook, readNotifications } from '../store/watched.ts';
import { watch } from './watch.ts';

const { tableName, deliveryQueueUrl, metricNamespace, redaction } = fanOutConfig();
const log = createLog(console.log, redaction);
const { table, capture } = connectStore({ tableName, deliveryQueueUrl, functionName: FUNCTION.watch, redaction, log });
const now = () => new Date();

export const handler = watch({
  shards: WATCHED,
  listStalled: (shard, range, start) => listStalled(table, { shard, range, start }),
  sendDeliveries: sendDeliveries(connectSqs(), deliveryQueueUrl),
  noteLook: (stalled, next) => noteLook(table, { stalled, next }),
  readNotifications: (ids) => readNotifications(table, ids),
  readSources: (productIds) => readSources(table, productIds),
  recordFanOut: (notificationId, deliveries, at) => recordFanOut(table, { notificationId, deliveries, now: at }),
  // Those that are there are watched themselves.
  listDeliveries: async () => [],
  now,
  log,
  measure: createMeasure({ namespace: metricNamespace, now, write: (line) => process.stdout.write(line) }),
  capture,
});
