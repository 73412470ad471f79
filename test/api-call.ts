import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { ORIGIN_HEADER } from '../core/contract.ts';

/** A call of the API past API Gateway. */
export type Call = {
  readonly user: string;
  readonly isAdministrator?: boolean;
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
};

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The header of a token with these claims. Nobody signed it: who checks that stands before the functions. */
export const bearer = (claims: Readonly<Record<string, unknown>>): string =>
  `Bearer ${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;

/** The origin secret of functions that are called past API Gateway. */
export const ORIGIN_SECRET = 'origin-secret-of-tests';

/** What API Gateway hands a function for a call. */
export const eventOf = (routeKey: string, call: Call): APIGatewayProxyEventV2WithJWTAuthorizer => ({
  version: '2.0',
  routeKey,
  rawPath: '/',
  rawQueryString: '',
  headers: { [ORIGIN_HEADER]: ORIGIN_SECRET, ...call.headers },
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
