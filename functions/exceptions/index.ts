import { randomUUID } from 'node:crypto';
import { apiConfig } from '../../core/config.ts';
import { FUNCTION } from '../../core/contract.ts';
import { connectCapture } from '../../core/exceptions/connect-capture.ts';
import { recordReportedException } from '../../core/exceptions/store/record-exception.ts';
import { api } from '../../core/http/api.ts';
import { readKeyedReply } from '../../core/idempotency/store.ts';
import { createLog } from '../../core/log.ts';
import { connectTable } from '../../core/platform/dynamodb/table.ts';
import { exceptionRoutes } from './exception-routes.ts';

const { tableName, deliveryQueueUrl, callerClaims, originSecret, redaction } = apiConfig();
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
  originSecret,
  log,
  functionName: FUNCTION.exceptions,
  capture: connectCapture({ table, deliveryQueueUrl, redaction, log }),
  routes,
});
