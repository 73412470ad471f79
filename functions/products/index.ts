import { randomBytes } from 'node:crypto';
import { changeMembership, listMembers, readRole } from '../../core/access/store.ts';
import { webhookSecretsApiConfig } from '../../core/config.ts';
import { FUNCTION } from '../../core/contract.ts';
import { connectStore } from '../../core/exceptions/connect-store.ts';
import { api } from '../../core/http/api.ts';
import { makeCursors } from '../../core/http/cursor.ts';
import { readCursorKey } from '../../core/http/store.ts';
import { createLog } from '../../core/log.ts';
import { sortableId } from '../../core/platform/sortable-id.ts';
import { readProduct } from '../../core/products/store/products.ts';
import { connectWebhookSecrets } from '../../core/secrets/connect-webhook-secrets.ts';
import { connectProducts } from './connect-products.ts';
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

export const routes = {
  ...userRoutes,
  ...productRoutes({
    ...connectProducts(table, now),
    newId: () => sortableId(Date.now(), randomBytes(10)),
    cursors,
    webhookPolicy: config.webhookPolicy,
    vault,
    log,
  }),
  ...memberRoutes({
    readProduct: (productId, user) => readProduct(table, { productId, user }),
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
  originSecret: config.originSecret,
  log,
  functionName: FUNCTION.products,
  capture,
  routes,
});
