import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { type Call, eventOf } from '../test/api-call.ts';

/** What API Gateway hands a function for a call of an administrator, or of `user`, as `lambdaEnvironment` names the claims. */
export const callOf = (
  routeKey: string,
  { user, ...call }: Partial<Omit<Call, 'isAdministrator'>> = {},
): APIGatewayProxyEventV2WithJWTAuthorizer => {
  const event = eventOf(routeKey, { user: '', ...call });
  const claims = user === undefined ? { sub: 'alice', groups: '[administrators]' } : { sub: user };
  const { authorizer, ...context } = event.requestContext;
  const jwt = { ...authorizer.jwt, claims };
  return { ...event, requestContext: { ...context, authorizer: { ...authorizer, jwt } } };
};
