import { apiConfig } from '../config.ts';
import { api } from '../http/api.ts';
import { createLog } from '../log.ts';
import { readSettings, replaceSettings } from '../store/settings.ts';
import { connectTable } from '../store/table.ts';
import { settingsRoutes } from './settings-routes.ts';

const { tableName, callerClaims, webhookPolicy } = apiConfig();
const table = connectTable(tableName);

export const handler = api({
  callerClaims,
  log: createLog(console.log),
  routes: settingsRoutes({
    readSettings: () => readSettings(table),
    replaceSettings: (before, after) => replaceSettings(table, { before, after }),
    pause: table.pause,
    webhookPolicy,
  }),
});
