import { backgroundConfig } from '../../core/config.ts';
import { FUNCTION } from '../../core/contract.ts';
import { wakeTargetsLate } from '../../core/deliveries/late-queue.ts';
import { changeDeliveries } from '../../core/deliveries/store/change-deliveries.ts';
import { readRouting } from '../../core/deliveries/store/routing-context.ts';
import { listWaiting, readWaiting } from '../../core/deliveries/store/waiting.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { readWindow, reportHeldBack } from '../../core/exceptions/store/closed-windows.ts';
import { migrateProducts, migrateSettings } from '../../core/formats/store/migration.ts';
import { readGatedProducts, updateGate } from '../../core/gates/store/gates.ts';
import { connectJobQueue } from '../../core/jobs/queue.ts';
import { createLog } from '../../core/log.ts';
import { deleteNotifications } from '../../core/notifications/store/delete.ts';
import { listOlderThan } from '../../core/notifications/store/expired.ts';
import { batchDelete } from '../../core/platform/dynamodb/table.ts';
import { clearNotification, listLeftovers, removeNotification } from '../../core/products/store/leftovers.ts';
import { listProductIds } from '../../core/products/store/product-index.ts';
import { readSettings } from '../../core/settings/store.ts';
import { endBackOff, readTargets } from '../../core/targets/store/targets.ts';
import { background } from './background.ts';

const config = backgroundConfig();
const log = createLog(console.log, config.redaction);
const { table, capture } = connectStore({
  tableName: config.tableName,
  deliveryQueueUrl: config.deliveryQueueUrl,
  functionName: FUNCTION.background,
  redaction: config.redaction,
  log,
});

export const handler = background({
  readSettings: () => readSettings(table),
  listProductIds: (request) => listProductIds(table, request),
  readGatedProducts: (productIds) => readGatedProducts(table, productIds),
  updateGate: (gated, settings) => updateGate(table, { gated, settings, now: new Date() }),
  migrateProducts: (productIds) => migrateProducts(table, productIds),
  migrateSettings: () => migrateSettings(table),
  listLeftovers: (productId, limit) => listLeftovers(table, productId, limit),
  removeNotification: (notificationId) => removeNotification(table, notificationId),
  clearNotification: (notificationId) => clearNotification(table, notificationId),
  deleteKeys: (keys) => batchDelete(table, keys),
  readWindow: (fingerprint) => readWindow(table, fingerprint),
  reportHeldBack: (window, at) => reportHeldBack(table, { window, now: at }),
  listOlderThan: (request) => listOlderThan(table, request),
  deleteNotifications: (notifications) => deleteNotifications(table, { notifications, now: new Date() }),
  listWaiting: (request) => listWaiting(table, request),
  readWaiting: (refs) => readWaiting(table, refs),
  readRouting: (request) => readRouting(table, request),
  readTargets: (targets) => readTargets(table, targets),
  changeDeliveries: (changes) => changeDeliveries(table, changes),
  endBackOff: (target) => endBackOff(table, target),
  wakeTargets: wakeTargetsLate(config.deliveryQueueUrl),
  now: () => new Date(),
  sendJobs: connectJobQueue(config.jobQueueUrl),
  log,
  capture,
});
