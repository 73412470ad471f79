import { gateTriggerConfig } from '../../core/config.ts';
import { FUNCTION, SORT_KEY } from '../../core/contract.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { updateGate } from '../../core/gates/store/gates.ts';
import { passHeartbeats } from '../../core/heartbeat/pass-heartbeats.ts';
import { writeHeartbeat } from '../../core/heartbeat/store.ts';
import { connectJobQueue } from '../../core/jobs/queue.ts';
import { createLog } from '../../core/log.ts';
import { createNotification } from '../../core/notifications/store/notifications.ts';
import { recordHistory, recordLateHistory } from '../../core/products/store/history.ts';
import { planReportCheck } from '../../core/products/store/report-checks.ts';
import { readSettings } from '../../core/settings/store.ts';
import { readRecordsLate } from '../../core/streams/late-read-records.ts';
import { withReplay } from '../../core/streams/replay.ts';
import { type GateTriggerDeps, gateTrigger, isHandled } from './gate-trigger.ts';

const config = gateTriggerConfig();
const log = createLog(console.log, config.redaction);
const { table, capture } = connectStore({
  tableName: config.tableName,
  deliveryQueueUrl: config.deliveryQueueUrl,
  functionName: FUNCTION.gateTrigger,
  redaction: config.redaction,
  log,
});

const deps = {
  readSettings: () => readSettings(table),
  createNotification: (notification) => createNotification(table, notification),
  recordHistory: (entry) => recordHistory(table, entry),
  planReportCheck: (check) => planReportCheck(table, check),
  updateGate: (gated, settings) => updateGate(table, { gated, settings, now: new Date() }),
  sendJobs: connectJobQueue(config.jobQueueUrl),
  log,
  capture,
  reportUnreadable: table.reportUnreadable,
} satisfies GateTriggerDeps;

const withHeartbeats = passHeartbeats(
  {
    sortKey: SORT_KEY.heartbeat,
    pass: (heartbeat) => writeHeartbeat(table, SORT_KEY.heartbeatSeen, heartbeat),
    functionName: FUNCTION.gateTrigger,
    capture,
  },
  gateTrigger(deps),
);

/** A discarded record may be handled after the deletion of its product. */
const handleLate = gateTrigger({ ...deps, recordHistory: (entry) => recordLateHistory(table, entry) });

export const handler = withReplay(
  { readRecords: readRecordsLate, matchesFilter: isHandled, functionName: FUNCTION.gateTrigger, log, capture },
  withHeartbeats,
  handleLate,
);
