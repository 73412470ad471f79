import { randomBytes } from 'node:crypto';
import { webhookSecretsApiConfig } from '../../core/config.ts';
import { FUNCTION } from '../../core/contract.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { api } from '../../core/http/api.ts';
import { makeCursors } from '../../core/http/cursor.ts';
import { readCursorKey } from '../../core/http/store.ts';
import { createLog } from '../../core/log.ts';
import { connectWebhookSecrets } from '../../core/secrets/connect-webhook-secrets.ts';
import { addressDeliveryId } from '../../core/targets/model.ts';
import { healChannels } from '../../core/targets/store/health.ts';
import { deleteSuppressed, findSuppressed, listSuppressed } from '../../core/targets/store/suppressed-addresses.ts';
import { connectSettings } from './connect-settings.ts';
import { settingsRoutes } from './settings-routes.ts';
import { suppressedRoutes } from './suppressed-routes.ts';

const { tableName, deliveryQueueUrl, callerClaims, originSecret, webhookPolicy, webhookKeyArn, redaction } =
  webhookSecretsApiConfig();
const log = createLog(console.log, redaction);
const { table, capture } = connectStore({
  tableName,
  deliveryQueueUrl,
  functionName: FUNCTION.settings,
  redaction,
  log,
});
const vault = connectWebhookSecrets({ table, keyArn: webhookKeyArn });

const cursors = makeCursors({ readKey: () => readCursorKey(table, randomBytes), randomBytes });

const ofSettings = settingsRoutes({
  ...connectSettings(table),
  webhookPolicy,
  vault,
  log,
});

const ofSuppressed = suppressedRoutes({
  listSuppressed: (request) => listSuppressed(table, request),
  findSuppressed: (address) => findSuppressed(table, address),
  liftSuppression: async ({ address, product_id: productId }) => {
    // In this order: what fails half-way is done again.
    await healChannels(table, { productId, deliveryIds: [addressDeliveryId('email', address)] });
    await deleteSuppressed(table, address);
  },
  cursors,
  log,
});

export const routes = { ...ofSettings, ...ofSuppressed };

export const handler = api({
  callerClaims,
  originSecret,
  log,
  functionName: FUNCTION.settings,
  capture,
  routes,
});
