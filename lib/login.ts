import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { OpenIdConfiguration } from './login-configuration.ts';

/** The page's sign-in: a public client with authorization code and PKCE. */
type PageLogin = {
  clientId: string;
  scopes: string[];
  /** Additional parameters of the authorization request. */
  authorizationParameters: Record<string, string>;
  /** Additional parameters of the logout request. */
  logoutParameters: Record<string, string>;
  /** Origins that the page calls when it signs in. */
  origins: string[];
};

/** The OpenID provider, as the API and the page use it. */
export type Login = {
  /** API Gateway gets the keys from the discovery document at this URL. */
  issuer: string;
  /** Accepted audiences. A token without one must have one of these client ids. */
  audience: string[];
  userClaim: string;
  /** Whether `Olivia` and `olivia` are the same user, here and as members of products. */
  userNamesIgnoreCase: boolean;
  groupsClaim: string;
  administratorsGroup: string;
  /** Prefix of the API's scopes in a token; empty if there is none. */
  resourceServer: string;
  page: PageLogin;
};

/** Sign-in with an existing provider. */
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

/** API Gateway checks issuer, audience, expiry, and signature, so functions only get verified tokens. */
export const jwtAuthorizer = ({ issuer, audience }: Login): HttpJwtAuthorizer =>
  new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: audience });
