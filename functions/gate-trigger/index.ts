import { readRecordsLate } from '../batches/late-read-records.ts';
import { replaying } from '../batches/replay.ts';
import { connectStore } from '../capture/connect-store.ts';
import { gateTriggerConfig } from '../config.ts';
import { FUNCTION } from '../contract.ts';
import { createLog } from '../log.ts';
import { connectJobQueue } from '../queues/job-queue.ts';
import { regateProduct } from '../store/gates.ts';
import { createNotification } from '../store/notifications.ts';
import { readSettings } from '../store/settings.ts';
import { gateTrigger, isFollowed } from './gate-trigger.ts';

const config = gateTriggerConfig();
const log = createLog(console.log, config.redaction);
const { table, capture } = connectStore({
  tableName: config.tableName,
  deliveryQueueUrl: config.deliveryQueueUrl,
  functionName: FUNCTION.gateTrigger,
  redaction: config.redaction,
  log,
});

const follow = gateTrigger({
  readSettings: () => readSettings(table),
  createNotification: (notification) => createNotification(table, notification),
  regateProduct: (gated, settings) => regateProduct(table, { gated, settings, now: new Date() }),
  sendJobs: connectJobQueue(config.jobQueueUrl),
  log,
  capture,
  noteUnreadable: table.noteUnreadable,
});

export const handler = replaying(
  { readRecords: readRecordsLate, concerns: isFollowed, functionName: FUNCTION.gateTrigger, log, capture },
  follow,
);
