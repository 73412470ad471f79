/**
 * The event of payload format 2.0 that an HTTP API hands to a function.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** An HTTP request that was read to its end. */
export type HttpRequest = {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  /** Name, value, name, value. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly protocol: string;
};

/** What the gateway found out about a request. */
export type EventContext = {
  readonly routeKey: string;
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly jwt: { claims: Readonly<Record<string, string>>; scopes: readonly string[] | null } | undefined;
  readonly requestId: string;
  readonly at: Date;
  readonly accountId: string;
  readonly apiId: string;
};

/** Bodies of these types reach the function as text; all others as base64. */
const TEXT = /^(text\/|application\/(json|javascript|xml|([\w.-]+\+)?(json|xml))(;|$))/i;

/**
 * HTTP APIs decode the path once, before they choose a route, and cut it where a `?` comes out of that; so they hand it
 * over, in `rawPath` as in the context and the parameters (REST APIs do not). Undefined when it can't be decoded. Seen on
 * AWS: https://github.com/honojs/hono/issues/2156, https://github.com/fastify/aws-lambda-fastify/issues/169 and
 * https://github.com/middleapi/standard-server/pull/93.
 */
export const decodePath = (url: string): string | undefined => {
  try {
    return decodeURIComponent(url.split('?')[0] ?? '').split('?')[0];
  } catch {
    return undefined;
  }
};

const joinedHeaders = (rawHeaders: readonly string[]): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return headers;
};

const queryParameters = (rawQuery: string): Record<string, string> | undefined => {
  if (rawQuery === '') return undefined;
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2026:19:03:58 +0000`. */
const clfTime = (at: Date): string => {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
};

export const requestEvent = (request: HttpRequest, context: EventContext): APIGatewayProxyEventV2 => {
  const { cookie, ...headers } = joinedHeaders(request.rawHeaders);
  const rawQueryString = request.url.split(/\?(.*)/s)[1] ?? '';
  const queryStringParameters = queryParameters(rawQueryString);
  const hasBody = request.body.length > 0;
  const isBase64Encoded = hasBody && !TEXT.test(headers['content-type'] ?? '');
  const { jwt, routeKey, path, at, requestId } = context;
  const requestContext = {
    accountId: context.accountId,
    apiId: context.apiId,
    ...(jwt === undefined ? {} : { authorizer: { jwt } }),
    domainName: headers['host']?.split(':')[0] ?? 'localhost',
    domainPrefix: context.apiId,
    http: {
      method: request.method,
      path,
      protocol: request.protocol,
      sourceIp: request.sourceIp,
      userAgent: headers['user-agent'] ?? '',
    },
    requestId,
    routeKey,
    stage: '$default',
    time: clfTime(at),
    timeEpoch: at.getTime(),
  };
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers: { ...headers, 'x-forwarded-for': request.sourceIp, 'x-forwarded-proto': 'http' },
    ...(queryStringParameters === undefined ? {} : { queryStringParameters }),
    requestContext,
    ...(Object.keys(context.pathParameters).length === 0 ? {} : { pathParameters: { ...context.pathParameters } }),
    ...(hasBody ? { body: request.body.toString(isBase64Encoded ? 'base64' : 'utf8') } : {}),
    isBase64Encoded,
  };
};
