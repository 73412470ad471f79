import { fanOutConfig } from '../../core/config.ts';
import { FUNCTION, SORT_KEY } from '../../core/contract.ts';
import { connectSqs, sendHeartbeat, wakeTargets } from '../../core/deliveries/queue.ts';
import { listDeliveries } from '../../core/deliveries/store/read-deliveries.ts';
import { recordFanOut } from '../../core/deliveries/store/record-fan-out.ts';
import { readSources } from '../../core/deliveries/store/routing-context.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { passHeartbeats } from '../../core/heartbeat/pass-heartbeats.ts';
import { createLog } from '../../core/log.ts';
import { createMeasure } from '../../core/platform/metrics.ts';
import { readRecordsLate } from '../../core/streams/late-read-records.ts';
import { withReplay } from '../../core/streams/replay.ts';
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

const sqs = connectSqs();
const now = () => new Date();

const handleRecords = fanOut({
  readSources: (productIds) => readSources(table, productIds),
  recordFanOut: (notificationId, deliveries, now) => recordFanOut(table, { notificationId, deliveries, now }),
  listDeliveries: (notificationId) => listDeliveries(table, notificationId),
  wakeTargets: wakeTargets(sqs, config.deliveryQueueUrl),
  now,
  capture,
  log,
  measure: createMeasure({
    namespace: config.metricNamespace,
    now,
    write: (line) => process.stdout.write(line),
  }),
});

const withHeartbeats = passHeartbeats(
  {
    sortKey: SORT_KEY.heartbeatSeen,
    pass: sendHeartbeat(sqs, config.deliveryQueueUrl),
    functionName: FUNCTION.fanOut,
    capture,
  },
  handleRecords,
);

export const handler = withReplay(
  { readRecords: readRecordsLate, matchesFilter: isNewNotification, functionName: FUNCTION.fanOut, log, capture },
  withHeartbeats,
);
