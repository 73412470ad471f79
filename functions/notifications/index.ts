import { randomBytes } from 'node:crypto';
import { connectStore } from '../capture/connect-store.ts';
import { apiConfig } from '../config.ts';
import { FUNCTION } from '../contract.ts';
import { api } from '../http/api.ts';
import { makeCursors } from '../http/cursor.ts';
import { createLog } from '../log.ts';
import { sendDeliveryLate } from '../queues/late-delivery-queue.ts';
import { readCursorKey } from '../store/cursor-key.ts';
import { connectNotifications } from './connect-notifications.ts';
import { listRoutes } from './list-routes.ts';
import { notificationRoutes } from './notification-routes.ts';

const { tableName, deliveryQueueUrl, callerClaims, redaction } = apiConfig();
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
  sendDelivery: sendDeliveryLate(deliveryQueueUrl),
};

export const routes = { ...listRoutes(deps), ...notificationRoutes(deps) };

export const handler = api({
  callerClaims,
  log,
  functionName: FUNCTION.notifications,
  capture,
  routes,
});
