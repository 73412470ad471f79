import { captureConfig } from '../../core/config.ts';
import { connectCapture } from '../../core/exceptions/connect-capture.ts';
import { createLog } from '../../core/log.ts';
import { connectTable } from '../../core/platform/dynamodb/table.ts';
import { alarms } from './alarms.ts';

const { tableName, deliveryQueueUrl, redaction } = captureConfig();
const log = createLog(console.log, redaction);

export const handler = alarms({
  capture: connectCapture({ table: connectTable(tableName), deliveryQueueUrl, redaction, log }),
  log,
});
