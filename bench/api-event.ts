import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { bearer, type Call, eventOf } from '../test/api-call.ts';

/**
 * What API Gateway hands a function for a call of an administrator, or of `user`, as `lambdaEnvironment` names the claims. Each
 * has a request id of its own: a write with the id of the one before is taken for its repetition, and writes nothing.
 */
export const callOf = (
  routeKey: string,
  { user, ...call }: Partial<Omit<Call, 'isAdministrator'>> = {},
): APIGatewayProxyEventV2WithJWTAuthorizer => {
  const authorization = bearer(user === undefined ? { sub: 'alice', groups: ['administrators'] } : { sub: user });
  const event = eventOf(routeKey, { user: '', ...call, headers: { ...call.headers, authorization } });
  return { ...event, requestContext: { ...event.requestContext, requestId: randomUUID() } };
};
