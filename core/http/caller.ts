import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import * as z from 'zod/mini';
import { clientNameSchema, personNameSchema } from '../access/user-name.ts';

/** The claims of a stage's tokens for the caller, their groups, and the scopes of this API. */
export type CallerClaims = {
  readonly userClaim: string;
  /** Whether `Olivia` and `olivia` are the same user for the login. */
  readonly userNamesIgnoreCase: boolean;
  readonly groupsClaim: string;
  readonly administratorsGroup: string;
  /** The resource server before a scope: `gatebell` for `gatebell/exceptions`. Empty: scopes have no prefix. */
  readonly resourceServer: string;
};

/** The caller of a request, from the verified token. */
export type Caller = {
  readonly user: string;
  readonly isAdministrator: boolean;
  /** The scopes of this API that the token holds, without the resource server. */
  readonly scopes: readonly string[];
};

type Claims = Readonly<Record<string, unknown>>;

const claimsSchema = z.record(z.string(), z.unknown());

/** A token. The scheme is optional, as for API Gateway. */
const TOKEN = /^(?:bearer\s+)?[\w-]+\.([\w-]+)\.[\w-]+$/i;

/**
 * The claims of the token, which API Gateway has verified. Its own copy of the claims isn't used: there, lists are text
 * (`[a b]`) in which names can't be separated.
 */
const readClaims = (authorization: string | undefined): Claims | null => {
  const payload = TOKEN.exec(authorization?.trim() ?? '')?.[1];
  if (payload === undefined) return null;
  try {
    return claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  } catch {
    return null;
  }
};

/** The names in a claim: each entry of a list, or a whole text. */
const namesIn = (claim: unknown): readonly unknown[] => (Array.isArray(claim) ? claim : [claim]);

/**
 * The client of a client-credentials token; undefined for a person's token. The subject of such a token is the client (RFC 9068, section 2.2; Cognito, Okta as `cid`); Auth0 names the grant in `gty`.
 */
const clientOf = ({ client_id, azp, cid, sub, gty }: Claims): unknown => {
  const client = client_id ?? azp ?? cid;
  return client !== undefined && (sub === client || gty === 'client-credentials') ? client : undefined;
};

const userOf = (claims: Claims, { userClaim, userNamesIgnoreCase }: CallerClaims): string | null => {
  const client = clientOf(claims);
  const name =
    client === undefined
      ? personNameSchema({ ignoreCase: userNamesIgnoreCase }).safeParse(claims[userClaim])
      : clientNameSchema.safeParse(client);
  return name.success ? name.data : null;
};

/** `scope` is a text separated by spaces. Some providers use a list in `scp`. */
const scopesOf = ({ scope, scp }: Claims, resourceServer: string): string[] => {
  const prefix = resourceServer === '' ? '' : `${resourceServer}/`;
  const held = typeof scope === 'string' ? scope.split(' ') : namesIn(scp);
  return held.flatMap((one) => (typeof one === 'string' && one.startsWith(prefix) ? [one.slice(prefix.length)] : []));
};

/**
 * The caller; null if the token doesn't identify one: it isn't an access token, it has neither the configured claim nor a
 * client, or its name is reserved. Names of groups and scopes must match exactly.
 */
export const readCaller = (event: APIGatewayProxyEventV2WithJWTAuthorizer, names: CallerClaims): Caller | null => {
  const claims = readClaims(event.headers['authorization']);
  // ID tokens of Cognito are for the page only.
  if (claims === null || (claims['token_use'] ?? 'access') !== 'access') return null;
  const user = userOf(claims, names);
  if (user === null) return null;
  const isAdministrator = namesIn(claims[names.groupsClaim]).includes(names.administratorsGroup);
  return { user, isAdministrator, scopes: scopesOf(claims, names.resourceServer) };
};

/** Whether the token has a scope of this API. */
export const hasScope = ({ scopes }: Caller, scope: string): boolean => scopes.includes(scope);
