import { connectCapture } from '../capture/connect-capture.ts';
import { captureConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { connectTable } from '../store/table.ts';
import { alarms } from './alarms.ts';

const { tableName, deliveryQueueUrl, redaction } = captureConfig();
const log = createLog(console.log, redaction);

export const handler = alarms({
  capture: connectCapture({ table: connectTable(tableName), deliveryQueueUrl, redaction, log }),
  log,
});
