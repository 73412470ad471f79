import { fanOutConfig } from '../../core/config.ts';
import { FUNCTION, SORT_KEY } from '../../core/contract.ts';
import { connectSqs, wakeTargets } from '../../core/deliveries/queue.ts';
import { readNotifications } from '../../core/deliveries/store/read-deliveries.ts';
import { recordFanOut } from '../../core/deliveries/store/record-fan-out.ts';
import { readSources } from '../../core/deliveries/store/routing-context.ts';
import { postponeFanOut, scanWaiting } from '../../core/deliveries/store/waiting.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { writeHeartbeat } from '../../core/heartbeat/store.ts';
import { createLog } from '../../core/log.ts';
import { createMeasure } from '../../core/platform/metrics.ts';
import { listDueChecks, readChecked, recordOverdue, replaceChecks } from '../../core/products/store/report-checks.ts';
import { readTargets, recordWake } from '../../core/targets/store/targets.ts';
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
  scanWaiting: (start) => scanWaiting(table, start),
  readTargets: (targets) => readTargets(table, targets),
  recordWake: (wake) => recordWake(table, wake),
  wakeTargets: wakeTargets(connectSqs(), deliveryQueueUrl),
  postponeFanOut: (entry, next) => postponeFanOut(table, entry, next),
  readNotifications: (ids) => readNotifications(table, ids),
  readSources: (productIds) => readSources(table, productIds),
  recordFanOut: (notificationId, deliveries, at) => recordFanOut(table, { notificationId, deliveries, now: at }),
  // Deliveries that exist are in the index themselves.
  listDeliveries: async () => [],
  listDueChecks: (request) => listDueChecks(table, request),
  readChecked: (productIds) => readChecked(table, productIds),
  recordOverdue: (product, notificationId) => recordOverdue(table, product, notificationId),
  replaceChecks: (checks) => replaceChecks(table, checks),
  now,
  log,
  measure: createMeasure({ namespace: metricNamespace, now, write: (line) => process.stdout.write(line) }),
  capture,
});
