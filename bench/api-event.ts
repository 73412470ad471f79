import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { bearer, type Call, eventOf } from '../test/api-call.ts';

/** What API Gateway hands a function for a call of an administrator, or of `user`, as `lambdaEnvironment` names the claims. */
export const callOf = (
  routeKey: string,
  { user, ...call }: Partial<Omit<Call, 'isAdministrator'>> = {},
): APIGatewayProxyEventV2WithJWTAuthorizer => {
  const authorization = bearer(user === undefined ? { sub: 'alice', groups: ['administrators'] } : { sub: user });
  return eventOf(routeKey, { user: '', ...call, headers: { ...call.headers, authorization } });
};
