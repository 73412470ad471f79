import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { OpenIdConfiguration } from './configuration.ts';

/** How the page signs people in: with a public client, a code and PKCE. */
type PageLogin = {
  clientId: string;
  scopes: string[];
  /** More parameters of the authorization request. */
  authorizationParameters: Record<string, string>;
  /** More parameters of the request that ends the session at the provider. */
  logoutParameters: Record<string, string>;
  /** Origins that the page calls when it signs in. */
  origins: string[];
};

/** Who says who calls: what the API and the page know of the OpenID provider. */
export type Login = {
  /** API Gateway reads its keys from the discovery document below this URL. */
  issuer: string;
  /** A token's audience, or the client id that it was made for, must be among these. */
  audience: string[];
  userClaim: string;
  /** Whether the login takes `Olivia` and `olivia` for one person; then so do products and their members. */
  userNamesIgnoreCase: boolean;
  groupsClaim: string;
  administratorsGroup: string;
  /** Stands before the API's scopes in a token, with a slash; empty where they stand alone. */
  resourceServer: string;
  page: PageLogin;
};

/** The login by a provider that is there already. */
export const openIdLogin = (configuration: OpenIdConfiguration): Login => {
  const { issuer, audience, userClaim, userNamesIgnoreCase, groupsClaim } = configuration;
  return {
    issuer,
    audience,
    userClaim,
    userNamesIgnoreCase,
    groupsClaim,
    administratorsGroup: configuration.administratorsGroup,
    resourceServer: configuration.resourceServer,
    page: {
      clientId: configuration.pageClientId,
      scopes: configuration.pageScopes,
      authorizationParameters: configuration.authorizationParameters,
      logoutParameters: {},
      origins: [...new Set([issuer, ...configuration.origins].map((url) => new URL(url).origin))],
    },
  };
};

/** API Gateway's own check of issuer, audience, expiry and signature: a function never sees an unchecked token. */
export const jwtAuthorizer = ({ issuer, audience }: Login): HttpJwtAuthorizer =>
  new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: audience });
