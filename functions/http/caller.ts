import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { userName } from '../domain/role.ts';

/** Which claims of the access token name the caller and their groups, and the group of the administrators. */
export type CallerClaims = {
  readonly userClaim: string;
  readonly groupsClaim: string;
  readonly administratorsGroup: string;
};

/** Who calls, as the checked token says. */
export type Caller = { readonly user: string; readonly isAdministrator: boolean };

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
  const user = userName.safeParse(claims[names.userClaim]);
  if (!user.success) return null;
  const isAdministrator = groupsOf(claims[names.groupsClaim]).includes(names.administratorsGroup);
  return { user: user.data, isAdministrator };
};
