import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { userName } from '../domain/role.ts';

/** Which claims of the access token name the caller and their groups, and the group of the administrators. */
export type CallerClaims = {
  readonly userClaim: string;
  readonly groupsClaim: string;
  readonly administratorsGroup: string;
};

/** Who calls, as the checked token says. */
export type Caller = {
  readonly user: string;
  readonly isAdministrator: boolean;
  /** The scopes of the token. Cognito puts the resource server before a scope: `gatebell/exceptions`. */
  readonly scopes: readonly string[];
};

type Claims = APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']['authorizer']['jwt']['claims'];

/** The groups in a claim: an HTTP API hands a list over as the text `[a b]`. */
const groupsOf = (claim: Claims[string] | undefined): string[] => {
  if (claim === undefined) return [];
  if (Array.isArray(claim)) return claim.map(String);
  return String(claim)
    .replace(/^\[|\]$/g, '')
    .split(/[\s,]+/);
};

/** The caller, or null where the token carries no usable name. API Gateway has checked the token before. */
export const readCaller = (event: APIGatewayProxyEventV2WithJWTAuthorizer, names: CallerClaims): Caller | null => {
  const { claims } = event.requestContext.authorizer.jwt;
  // A machine's token (client credentials) names no user, but its client.
  const user = userName.safeParse(claims[names.userClaim] ?? claims['client_id']);
  if (!user.success) return null;
  const isAdministrator = groupsOf(claims[names.groupsClaim]).includes(names.administratorsGroup);
  return { user: user.data, isAdministrator, scopes: String(claims['scope'] ?? '').split(' ') };
};

/** Whether the token carries a scope, with or without a resource server before it. */
export const hasScope = ({ scopes }: Caller, scope: string): boolean =>
  scopes.some((held) => held === scope || held.endsWith(`/${scope}`));
