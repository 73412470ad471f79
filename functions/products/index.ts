import { randomBytes } from 'node:crypto';
import { connectStore } from '../capture/connect-store.ts';
import { vaultApiConfig } from '../config.ts';
import { FUNCTION } from '../contract.ts';
import { sortableId } from '../domain/sortable-id.ts';
import { api } from '../http/api.ts';
import { makeCursors } from '../http/cursor.ts';
import { createLog } from '../log.ts';
import { connectVault } from '../secrets/connect-vault.ts';
import { listCatalogue } from '../store/catalogue.ts';
import { readCursorKey } from '../store/cursor-key.ts';
import { readKeyedReply } from '../store/idempotency.ts';
import { changeMembership, listMembers, listMemberships, readRole } from '../store/members.ts';
import { createProduct, deleteProduct, readProduct, readProducts, replaceProduct } from '../store/products.ts';
import { readSettings } from '../store/settings.ts';
import { memberRoutes } from './member-routes.ts';
import { productRoutes } from './product-routes.ts';
import { userRoutes } from './user-routes.ts';

const config = vaultApiConfig();
const log = createLog(console.log, config.redaction);
const { table, capture } = connectStore({
  tableName: config.tableName,
  deliveryQueueUrl: config.deliveryQueueUrl,
  functionName: FUNCTION.products,
  redaction: config.redaction,
  log,
});
const vault = connectVault({ table, keyArn: config.webhookKeyArn });
const now = () => new Date();
const cursors = makeCursors({ readKey: () => readCursorKey(table, randomBytes), randomBytes });
const open = (productId: string, user: string) => readProduct(table, { productId, user });

export const routes = {
  ...userRoutes,
  ...productRoutes({
    readProduct: open,
    readProducts: (productIds) => readProducts(table, productIds),
    readSettings: () => readSettings(table),
    createProduct: (creation) => createProduct(table, creation),
    readKeyedReply: (keyed) => readKeyedReply(table, { ...keyed, now: now() }),
    replaceProduct: (before, after, healed) => replaceProduct(table, { before, after, healed }),
    deleteProduct: (deleted) => deleteProduct(table, deleted),
    listCatalogue: (request) => listCatalogue(table, { ...request, upTo: null }),
    listMemberships: (user, request) => listMemberships(table, { user, ...request }),
    newId: () => sortableId(Date.now(), randomBytes(10)),
    pause: table.pause,
    now,
    cursors,
    webhookPolicy: config.webhookPolicy,
    vault,
    log,
  }),
  ...memberRoutes({
    readProduct: open,
    readRole: (productId, user) => readRole(table, { productId, user }),
    listMembers: (productId, request) => listMembers(table, { productId, ...request }),
    changeMembership: (change) => changeMembership(table, change),
    pause: table.pause,
    cursors,
    userNames: { ignoreCase: config.callerClaims.userNamesIgnoreCase },
  }),
};

export const handler = api({
  callerClaims: config.callerClaims,
  log,
  functionName: FUNCTION.products,
  capture,
  routes,
});
