import { randomBytes } from 'node:crypto';
import { changeMembership, listMembers, listMemberships, readRole } from '../../core/access/store.ts';
import { webhookSecretsApiConfig } from '../../core/config.ts';
import { FUNCTION } from '../../core/contract.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { api } from '../../core/http/api.ts';
import { makeCursors } from '../../core/http/cursor.ts';
import { readCursorKey } from '../../core/http/store.ts';
import { readKeyedReply } from '../../core/idempotency/store.ts';
import { createLog } from '../../core/log.ts';
import { sortableId } from '../../core/platform/sortable-id.ts';
import { listProductIds } from '../../core/products/store/product-index.ts';
import {
  createProduct,
  deleteProduct,
  readProduct,
  readProducts,
  replaceProduct,
} from '../../core/products/store/products.ts';
import { connectWebhookSecrets } from '../../core/secrets/connect-webhook-secrets.ts';
import { readSettings } from '../../core/settings/store.ts';
import { memberRoutes } from './member-routes.ts';
import { productRoutes } from './product-routes.ts';
import { userRoutes } from './user-routes.ts';

const config = webhookSecretsApiConfig();
const log = createLog(console.log, config.redaction);
const { table, capture } = connectStore({
  tableName: config.tableName,
  deliveryQueueUrl: config.deliveryQueueUrl,
  functionName: FUNCTION.products,
  redaction: config.redaction,
  log,
});
const vault = connectWebhookSecrets({ table, keyArn: config.webhookKeyArn });
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
    listCatalogue: (request) => listProductIds(table, { ...request, upTo: null }),
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
