/** The HTTP API of the template: route, authorizer, permission, function, response. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Invoke } from '../lambda.ts';
import type { ApiDefinition, RouteDefinition } from '../template/read-api.ts';
import type { MayInvoke } from '../template/read-roles.ts';
import type { Authorizer } from './authorizer.ts';
import { functionResponse, type HttpResponse, messageResponse } from './function-response.ts';
import { decodePath, type EventContext, type HttpRequest, requestEvent } from './request-event.ts';
import { createRouteTable } from './route-table.ts';
import type { Admit } from './throttle.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const REQUEST_LIMIT_BYTES = 10 * 1024 * 1024;

/** Of the request line and all header values together, by the same quotas. */
const HEADER_LIMIT_BYTES = 10_240;

const headerBytes = ({ method, url, protocol, rawHeaders }: HttpRequest): number => {
  const values = rawHeaders.filter((_, index) => index % 2 === 1);
  return Buffer.byteLength([`${method} ${url} ${protocol}`, ...values].join(''));
};

/** API Gateway names each request in its answer. */
const REQUEST_ID = 'apigw-requestid';

export type HttpApiDeps = {
  readonly api: ApiDefinition;
  readonly accountId: string;
  /** Throttled requests are answered before their tokens are checked. */
  readonly admit: Admit;
  readonly authorize: Authorizer;
  readonly mayInvoke: MayInvoke;
  /** Logical id of a function by its ARN. */
  functionId(arn: string): string;
  readonly invoke: Invoke;
  now(): Date;
  log(line: string): void;
};

export type HttpApi = (request: HttpRequest) => Promise<HttpResponse>;

const headerOf = (rawHeaders: readonly string[], wanted: string): string | undefined => {
  const index = rawHeaders.findIndex((name, at) => at % 2 === 0 && name.toLowerCase() === wanted);
  return index < 0 ? undefined : rawHeaders[index + 1];
};

export const createHttpApi = (deps: HttpApiDeps): HttpApi => {
  const { api, admit, authorize } = deps;
  const match = createRouteTable(api.routes);
  return async (request) => {
    if (headerBytes(request) > HEADER_LIMIT_BYTES) return messageResponse(431, 'Request Header Fields Too Large');
    const path = decodePath(request.url);
    if (path === undefined) return messageResponse(400, 'Bad Request');
    const found = match(request.method, path);
    if (found === undefined) return messageResponse(404, 'Not Found');
    const { route, pathParameters } = found;
    if (!admit(route)) return messageResponse(429, 'Too Many Requests');
    let jwt: EventContext['jwt'];
    if (route.authorizer !== undefined) {
      const header = headerOf(request.rawHeaders, 'authorization');
      const authorization = await authorize(header, route.authorizer, route.scopes);
      if (authorization.kind !== 'allowed') {
        const [status, text] = authorization.kind === 'forbidden' ? [403, 'Forbidden'] : [401, 'Unauthorized'];
        return messageResponse(Number(status), String(text), { 'www-authenticate': authorization.challenge });
      }
      jwt = { claims: authorization.claims, scopes: authorization.scopes };
    }
    const requestId = randomUUID();
    const context = {
      routeKey: route.routeKey,
      path,
      pathParameters,
      jwt,
      requestId,
      at: deps.now(),
      accountId: deps.accountId,
      apiId: api.id,
    };
    const response = await integrate(deps, route, requestEvent(request, context));
    return { ...response, headers: { ...response.headers, [REQUEST_ID]: requestId } };
  };
};

const integrate = async (deps: HttpApiDeps, route: RouteDefinition, event: unknown): Promise<HttpResponse> => {
  const [method = '', path = ''] = route.routeKey.split(' ');
  const sourceArn = `${deps.api.arn}/$default/${method}${path}`;
  const { functionArn } = route;
  if (!deps.mayInvoke({ principal: 'apigateway.amazonaws.com', functionArn, sourceArn })) {
    deps.log(`${route.routeKey}: API Gateway may not invoke ${functionArn}: no AWS::Lambda::Permission allows it`);
    return messageResponse(500, 'Internal Server Error');
  }
  const timeout = new AbortController();
  const result = await Promise.race([
    deps.invoke(deps.functionId(functionArn), event),
    sleep(route.timeoutMs, 'timeout' as const, { signal: timeout.signal, ref: false }),
  ]);
  timeout.abort();
  if (result === 'timeout') return messageResponse(503, 'Service Unavailable');
  const response = result.kind === 'ok' ? functionResponse(result.payload) : undefined;
  return response ?? messageResponse(500, 'Internal Server Error');
};
