import { fanOutConfig } from '../../core/config.ts';
import { FUNCTION } from '../../core/contract.ts';
import { connectSqs, sendDeliveries } from '../../core/deliveries/queue.ts';
import { readSources, recordFanOut } from '../../core/deliveries/store/deliveries.ts';
import { listStalled, noteLook, readNotifications } from '../../core/deliveries/store/stalled.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { WATCHED } from '../../core/keys.ts';
import { createLog } from '../../core/log.ts';
import { createMeasure } from '../../core/platform/metrics.ts';
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
