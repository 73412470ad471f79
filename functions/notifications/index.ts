import { randomBytes } from 'node:crypto';
import { apiConfig } from '../../core/config.ts';
import { FUNCTION } from '../../core/contract.ts';
import { sendRetriesLate, wakeTargetsLate } from '../../core/deliveries/late-queue.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { api } from '../../core/http/api.ts';
import { makeCursors } from '../../core/http/cursor.ts';
import { readCursorKey } from '../../core/http/store.ts';
import { createLog } from '../../core/log.ts';
import { connectNotifications } from './connect-notifications.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { listRoutes } from './list-routes.ts';
import { notificationRoutes } from './notification-routes.ts';
import { targetRoutes } from './target-routes.ts';

const { tableName, deliveryQueueUrl, callerClaims, originSecret, redaction } = apiConfig();
const log = createLog(console.log, redaction);
const { table, capture } = connectStore({
  tableName,
  deliveryQueueUrl,
  functionName: FUNCTION.notifications,
  redaction,
  log,
});
const now = () => new Date();
const deps = {
  ...connectNotifications(table, now),
  cursors: makeCursors({ readKey: () => readCursorKey(table, randomBytes), randomBytes }),
  sendRetries: sendRetriesLate(deliveryQueueUrl),
  wakeTargets: wakeTargetsLate(deliveryQueueUrl),
  log,
};

export const routes = {
  ...listRoutes(deps),
  ...notificationRoutes(deps),
  ...deliveryRoutes(deps),
  ...targetRoutes(deps),
};

export const handler = api({
  callerClaims,
  originSecret,
  log,
  functionName: FUNCTION.notifications,
  capture,
  routes,
});
