import { randomBytes } from 'node:crypto';
import { connectStore } from '../capture/connect-store.ts';
import { vaultApiConfig } from '../config.ts';
import { FUNCTION } from '../contract.ts';
import { emailDeliveryId } from '../domain/targets.ts';
import { api } from '../http/api.ts';
import { makeCursors } from '../http/cursor.ts';
import { createLog } from '../log.ts';
import { connectVault } from '../secrets/connect-vault.ts';
import { healChannels, readHealth } from '../store/channel-health.ts';
import { readCursorKey } from '../store/cursor-key.ts';
import { readSettings, replaceSettings } from '../store/settings.ts';
import { deleteSuppressed, findSuppressed, listSuppressed } from '../store/suppressed-addresses.ts';
import { settingsRoutes } from './settings-routes.ts';
import { suppressedRoutes } from './suppressed-routes.ts';

const { tableName, deliveryQueueUrl, callerClaims, webhookPolicy, webhookKeyArn, redaction } = vaultApiConfig();
const log = createLog(console.log, redaction);
const { table, capture } = connectStore({
  tableName,
  deliveryQueueUrl,
  functionName: FUNCTION.settings,
  redaction,
  log,
});
const vault = connectVault({ table, keyArn: webhookKeyArn });

const cursors = makeCursors({ readKey: () => readCursorKey(table, randomBytes), randomBytes });

const ofSettings = settingsRoutes({
  readSettings: () => readSettings(table),
  replaceSettings: (before, after, healed) => replaceSettings(table, { before, after, healed }),
  readHealth: () => readHealth(table, null),
  pause: table.pause,
  webhookPolicy,
  vault,
  log,
});

const ofSuppressed = suppressedRoutes({
  listSuppressed: (request) => listSuppressed(table, request),
  findSuppressed: (address) => findSuppressed(table, address),
  liftSuppression: async ({ address, product_id: productId }) => {
    // In this order: what fails half-way is done again.
    await healChannels(table, { productId, deliveryIds: [emailDeliveryId(address)] });
    await deleteSuppressed(table, address);
  },
  cursors,
  log,
});

export const routes = { ...ofSettings, ...ofSuppressed };

export const handler = api({
  callerClaims,
  log,
  functionName: FUNCTION.settings,
  capture,
  routes,
});
