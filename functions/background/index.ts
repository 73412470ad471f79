import { connectStore } from '../capture/connect-store.ts';
import { backgroundConfig } from '../config.ts';
import { FUNCTION } from '../contract.ts';
import { createLog } from '../log.ts';
import { connectJobQueue } from '../queues/job-queue.ts';
import { connectVault } from '../secrets/connect-vault.ts';
import { sealClear } from '../secrets/vault.ts';
import { listCatalogue } from '../store/catalogue.ts';
import { readWindow, tellHeldBack } from '../store/closed-windows.ts';
import { readGatedProducts, regateProduct } from '../store/gates.ts';
import { migrateProducts, migrateSettings } from '../store/migration.ts';
import { clearNotification, listRemains, removeNotification } from '../store/remains.ts';
import { readSettings } from '../store/settings.ts';
import { batchDelete } from '../store/table.ts';
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
const seal = sealClear(connectVault({ table, keyArn: config.webhookKeyArn }));

export const handler = background({
  readSettings: () => readSettings(table),
  listCatalogue: (request) => listCatalogue(table, request),
  readGatedProducts: (productIds) => readGatedProducts(table, productIds),
  regateProduct: (gated, settings) => regateProduct(table, { gated, settings, now: new Date() }),
  migrateProducts: (productIds) => migrateProducts(table, { productIds, seal }),
  migrateSettings: () => migrateSettings(table, seal),
  listRemains: (productId, limit) => listRemains(table, productId, limit),
  removeNotification: (notificationId) => removeNotification(table, notificationId),
  clearNotification: (notificationId) => clearNotification(table, notificationId),
  deleteKeys: (keys) => batchDelete(table, keys),
  readWindow: (fingerprint) => readWindow(table, fingerprint),
  tellHeldBack: (window, at) => tellHeldBack(table, { window, now: at }),
  now: () => new Date(),
  sendJobs: connectJobQueue(config.jobQueueUrl),
  log,
  capture,
});
