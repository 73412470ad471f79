import { randomUUID } from 'node:crypto';
import { connectCapture } from '../capture/connect-capture.ts';
import { apiConfig } from '../config.ts';
import { FUNCTION } from '../contract.ts';
import { api } from '../http/api.ts';
import { createLog } from '../log.ts';
import { recordReportedException } from '../store/exceptions.ts';
import { readKeyedReply } from '../store/idempotency.ts';
import { connectTable } from '../store/table.ts';
import { exceptionRoutes } from './exception-routes.ts';

const { tableName, deliveryQueueUrl, callerClaims, redaction } = apiConfig();
const log = createLog(console.log, redaction);
const table = connectTable(tableName);

export const routes = exceptionRoutes({
  redaction,
  record: (exception, replyTo) =>
    recordReportedException(table, { exception, now: new Date(), randomId: randomUUID, replyTo }),
  readKeyedReply: (keyed) => readKeyedReply(table, { ...keyed, now: new Date() }),
});

export const handler = api({
  callerClaims,
  log,
  functionName: FUNCTION.exceptions,
  capture: connectCapture({ table, deliveryQueueUrl, redaction, log }),
  routes,
});
