/** The OpenID provider of the local stack: a real one, so that the page logs in as it will in the cloud. */
import { randomBytes } from 'node:crypto';
import { type Configuration, Provider } from 'oidc-provider';
import { logoutPage } from './logout-page.ts';
import type { MemoryAdapter } from './memory-adapter.ts';
import { groupsOf, type SignIn } from './sign-in.ts';
import type { SigningKey } from './signing-key.ts';

/** In seconds. */
export const HOUR = 3600;

export type ProviderOptions = {
  readonly issuer: string;
  /** Origin of the page, which the client redirects to. */
  readonly web: string;
  readonly key: SigningKey;
  readonly signIn: SignIn;
};

type ProviderDeps = ProviderOptions & {
  readonly adapter: MemoryAdapter['adapter'];
  /** How long access and id tokens live; asked for each one. */
  tokenSeconds(): number;
};

export const createProvider = ({ issuer, web, key, signIn, adapter, tokenSeconds }: ProviderDeps): Provider => {
  const resource = `${web}/api`;
  const configuration: Configuration = {
    adapter,
    jwks: { keys: [key] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    clients: [
      {
        client_id: signIn.pageClientId,
        client_name: signIn.appName,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [`${web}/`, `${web}/callback`],
        post_logout_redirect_uris: [`${web}/`],
      },
    ],
    scopes: ['openid', 'offline_access'],
    claims: { openid: ['sub', 'groups'] },
    conformIdTokenClaims: false,
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, groups: [...groupsOf(signIn, accountId)] }),
    }),
    extraTokenClaims: (_context, token) => ({
      groups: 'accountId' in token && token.accountId !== undefined ? groupsOf(signIn, token.accountId) : [],
    }),
    interactions: { url: (_context, interaction) => `${new URL(issuer).pathname}/login/${interaction.uid}` },
    // The only client is the page itself: signing in is consent.
    loadExistingGrant: async ({ oidc }) => {
      const { client, session, provider } = oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid offline_access');
      grant.addResourceScope(resource, signIn.scopes.join(' '));
      await grant.save();
      return grant;
    },
    // The page asks for nothing but `openid`, as most providers then still let it renew its tokens without a redirect.
    issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          context.body = logoutPage(signIn, form);
        },
      },
      // Access tokens of the API are JWTs for its audience, whether the client names the resource or not.
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: signIn.scopes.join(' '),
          audience: signIn.audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenSeconds(),
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    ttl: {
      AccessToken: tokenSeconds,
      IdToken: tokenSeconds,
      Interaction: HOUR,
      Session: 24 * HOUR,
      Grant: 24 * HOUR,
      RefreshToken: 24 * HOUR,
    },
  };
  return new Provider(issuer, configuration);
};
