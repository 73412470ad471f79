import { fanOutConfig } from '../../core/config.ts';
import { FUNCTION, SORT_KEY } from '../../core/contract.ts';
import { connectSqs, sendDeliveries } from '../../core/deliveries/queue.ts';
import { recordFanOut } from '../../core/deliveries/store/record-fan-out.ts';
import { readSources } from '../../core/deliveries/store/routing-context.ts';
import { listStalled, readNotifications, recordSweep } from '../../core/deliveries/store/stalled.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { writeHeartbeat } from '../../core/heartbeat/store.ts';
import { SWEEP_SHARDS } from '../../core/keys.ts';
import { createLog } from '../../core/log.ts';
import { createMeasure } from '../../core/platform/metrics.ts';
import { sweep } from './sweep.ts';

const { tableName, deliveryQueueUrl, metricNamespace, redaction } = fanOutConfig();
const log = createLog(console.log, redaction);
const { table, capture } = connectStore({
  tableName,
  deliveryQueueUrl,
  functionName: FUNCTION.sweeper,
  redaction,
  log,
});
const now = () => new Date();

export const handler = sweep({
  writeHeartbeat: (heartbeat) => writeHeartbeat(table, SORT_KEY.heartbeat, heartbeat),
  shards: SWEEP_SHARDS,
  listStalled: (shard, range, start) => listStalled(table, { shard, range, start }),
  sendDeliveries: sendDeliveries(connectSqs(), deliveryQueueUrl),
  recordSweep: (stalled, next) => recordSweep(table, { stalled, next }),
  readNotifications: (ids) => readNotifications(table, ids),
  readSources: (productIds) => readSources(table, productIds),
  recordFanOut: (notificationId, deliveries, at) => recordFanOut(table, { notificationId, deliveries, now: at }),
  // Deliveries that exist are in the index themselves.
  listDeliveries: async () => [],
  now,
  log,
  measure: createMeasure({ namespace: metricNamespace, now, write: (line) => process.stdout.write(line) }),
  capture,
});
