import { randomBytes, randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { recordReportedException } from '../../../core/exceptions/store/record-exception.ts';
import { api } from '../../../core/http/api.ts';
import { makeCursors } from '../../../core/http/cursor.ts';
import { readKeyedReply } from '../../../core/idempotency/store.ts';
import type { Table } from '../../../core/platform/dynamodb/table.ts';
import { builtInRedaction } from '../../../core/redaction/redaction.ts';
import { makeWebhookSecrets } from '../../../core/secrets/webhook-secrets.ts';
import { exceptionRoutes } from '../../../functions/exceptions/exception-routes.ts';
import { connectProducts } from '../../../functions/products/connect-products.ts';
import { productRoutes } from '../../../functions/products/product-routes.ts';
import { connectSettings } from '../../../functions/settings/connect-settings.ts';
import { settingsRoutes } from '../../../functions/settings/settings-routes.ts';
import { bearer, type Call, eventOf, ORIGIN_SECRET } from '../../api-call.ts';

/** Sealing and opening fail while `isAway`, as they do while KMS does not answer. */
const keysOf = (kms: { isAway: boolean }) => {
  const key = { id: 'test', bytes: new Uint8Array(32).fill(7) };
  const ask = async () => {
    if (kms.isAway) throw Object.assign(new Error('The key is disabled'), { name: 'DisabledException' });
    return key;
  };
  return { current: ask, byId: ask };
};

const CONTEXT: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'products',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:1:function:products',
  memoryLimitInMB: '256',
  awsRequestId: 'request',
  logGroupName: 'group',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 10_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

export type Answered = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, unknown>;
};

/** The calls on products, settings and exceptions over a table, with a KMS that can be away; what they log and capture is kept. */
export const openWorld = (table: Table) => {
  const kms = { isAway: false };
  const captured: { type: string; exception_class: string; arguments: unknown }[] = [];
  const lines: string[] = [];
  const log = { info: () => {}, error: (message: string) => void lines.push(message) };
  const vault = makeWebhookSecrets(keysOf(kms), randomBytes);
  const now = () => new Date();
  const webhookPolicy = { extraHosts: [], localOrigin: null };
  let made = 0;
  const routes = {
    ...productRoutes({
      ...connectProducts(table, now),
      newId: () => {
        made += 1;
        return `p${made}`;
      },
      cursors: makeCursors({ readKey: async () => new Uint8Array(32).fill(1), randomBytes }),
      webhookPolicy,
      vault,
      log,
    }),
    ...exceptionRoutes({
      redaction: builtInRedaction,
      record: (exception, replyTo) =>
        recordReportedException(table, { exception, now: now(), randomId: randomUUID, replyTo }),
      readKeyedReply: (keyed) => readKeyedReply(table, { ...keyed, now: now() }),
    }),
    ...settingsRoutes({
      ...connectSettings(table),
      webhookPolicy,
      vault,
      log,
    }),
  };
  const handler = api({
    routes,
    originSecret: ORIGIN_SECRET,
    callerClaims: {
      userClaim: 'sub',
      userNamesIgnoreCase: false,
      groupsClaim: 'groups',
      administratorsGroup: 'admins',
      resourceServer: '',
    },
    log,
    functionName: 'products',
    capture: async (report) => void captured.push(report),
  });
  const call = async (routeKey: string, of: Call): Promise<Answered> => {
    const authorization = bearer({ sub: of.user, ...(of.isAdministrator && { groups: ['admins'] }) });
    const event = eventOf(routeKey, { ...of, headers: { ...of.headers, authorization } });
    event.requestContext.requestId = randomUUID();
    const { statusCode = 0, headers = {}, body } = await handler(event, CONTEXT);
    return { status: statusCode, headers, body: body === undefined ? {} : JSON.parse(body) };
  };
  return { call, kms, captured, lines };
};
