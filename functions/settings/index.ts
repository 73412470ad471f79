import { connectStore } from '../capture/connect-store.ts';
import { vaultApiConfig } from '../config.ts';
import { FUNCTION } from '../contract.ts';
import { api } from '../http/api.ts';
import { createLog } from '../log.ts';
import { connectVault } from '../secrets/connect-vault.ts';
import { readHealth } from '../store/channel-health.ts';
import { readSettings, replaceSettings } from '../store/settings.ts';
import { settingsRoutes } from './settings-routes.ts';

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

export const routes = settingsRoutes({
  readSettings: () => readSettings(table),
  replaceSettings: (before, after, healed) => replaceSettings(table, { before, after, healed }),
  readHealth: () => readHealth(table, null),
  pause: table.pause,
  webhookPolicy,
  vault,
  log,
});

export const handler = api({
  callerClaims,
  log,
  functionName: FUNCTION.settings,
  capture,
  routes,
});
