import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import * as z from 'zod';
import type { DeliveryMessage } from '../../../functions/domain/delivery-message.ts';
import type { Routes } from '../../../functions/http/api.ts';
import { makeCursors } from '../../../functions/http/cursor.ts';
import { connectNotifications } from '../../../functions/notifications/connect-notifications.ts';
import type { Sizes } from '../../../functions/notifications/gather.ts';
import { listRoutes } from '../../../functions/notifications/list-routes.ts';
import { notificationRoutes } from '../../../functions/notifications/notification-routes.ts';
import type { Table } from '../../../functions/store/table.ts';

/** A call of the API past API Gateway. */
export type Call = {
  readonly user: string;
  readonly isAdministrator?: boolean;
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
};

const event = (routeKey: string, call: Call): APIGatewayProxyEventV2WithJWTAuthorizer => ({
  version: '2.0',
  routeKey,
  rawPath: '/',
  rawQueryString: '',
  headers: call.headers ?? {},
  ...(call.path && { pathParameters: call.path }),
  ...(call.query && { queryStringParameters: call.query }),
  ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  isBase64Encoded: false,
  requestContext: {
    accountId: '1',
    apiId: 'api',
    authorizer: { principalId: '', integrationLatency: 0, jwt: { claims: {}, scopes: [] } },
    domainName: 'localhost',
    domainPrefix: 'api',
    http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
    requestId: 'request',
    routeKey,
    stage: '$default',
    time: '',
    timeEpoch: 0,
  },
});

const Page = z.object({
  results: z.array(z.looseObject({ id: z.string(), message: z.string(), viewed: z.boolean() })),
  next: z.string().nullable(),
});
export type ShownPage = z.infer<typeof Page>;

/** The calls on notifications over a table, with what they sent to the delivery queue. */
export const openWorld = (table: Table, options: { sizes?: Sizes; now?: () => Date } = {}) => {
  const now = options.now ?? (() => new Date());
  const key = randomBytes(32);
  const sent: DeliveryMessage[] = [];
  const deps = {
    ...connectNotifications(table, now),
    ...(options.sizes && { sizes: options.sizes }),
    cursors: makeCursors({ readKey: async () => key, randomBytes }),
    sendDelivery: async (message: DeliveryMessage) => {
      sent.push(message);
    },
  };
  const routes: Routes = { ...listRoutes(deps), ...notificationRoutes(deps) };
  const call = async (routeKey: string, of: Call) => {
    const route = routes[routeKey];
    if (route === undefined) throw new Error(`There is no ${routeKey}`);
    const caller = { user: of.user, isAdministrator: of.isAdministrator ?? false, scopes: [] };
    return await route.answer(event(routeKey, of), caller);
  };
  return {
    sent,
    call,
    async page(of: Call): Promise<ShownPage> {
      const { status, body } = await call('GET /api/notifications', of);
      if (status !== 200) throw new Error(`The list answered ${status}: ${JSON.stringify(body)}`);
      return Page.parse(body);
    },
  };
};

export type World = ReturnType<typeof openWorld>;
