import { connectCapture } from '../capture/connect-capture.ts';
import { apiConfig } from '../config.ts';
import { FUNCTION } from '../contract.ts';
import { api } from '../http/api.ts';
import { createLog } from '../log.ts';
import { healChannels, readHealth } from '../store/channel-health.ts';
import { readSettings, replaceSettings } from '../store/settings.ts';
import { connectTable } from '../store/table.ts';
import { settingsRoutes } from './settings-routes.ts';

const { tableName, deliveryQueueUrl, callerClaims, webhookPolicy } = apiConfig();
const log = createLog(console.log);
const table = connectTable(tableName);

export const routes = settingsRoutes({
  readSettings: () => readSettings(table),
  replaceSettings: (before, after) => replaceSettings(table, { before, after }),
  readHealth: () => readHealth(table, null),
  healChannels: (channels) => healChannels(table, channels),
  pause: table.pause,
  webhookPolicy,
});

export const handler = api({
  callerClaims,
  log,
  functionName: FUNCTION.settings,
  capture: connectCapture({ table, deliveryQueueUrl, log }),
  routes,
});
