import { connectCapture } from '../capture/connect-capture.ts';
import { gateTriggerConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { connectJobQueue } from '../queues/job-queue.ts';
import { regateProduct } from '../store/gates.ts';
import { createNotification } from '../store/notifications.ts';
import { readSettings } from '../store/settings.ts';
import { connectTable } from '../store/table.ts';
import { gateTrigger } from './gate-trigger.ts';

const config = gateTriggerConfig();
const log = createLog(console.log);
const table = connectTable(config.tableName);

export const handler = gateTrigger({
  readSettings: () => readSettings(table),
  createNotification: (notification) => createNotification(table, notification),
  regateProduct: (gated, settings) => regateProduct(table, { gated, settings, now: new Date() }),
  sendJobs: connectJobQueue(config.jobQueueUrl),
  log,
  capture: connectCapture({ table, deliveryQueueUrl: config.deliveryQueueUrl, log }),
});
