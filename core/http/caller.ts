import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import * as z from 'zod/mini';
import { clientNameSchema, personNameSchema } from '../access/user-name.ts';

/** How a stage's tokens name the caller, their groups and the scopes of this API. */
export type CallerClaims = {
  readonly userClaim: string;
  /** Whether the login takes `Olivia` and `olivia` for one person. */
  readonly userNamesIgnoreCase: boolean;
  readonly groupsClaim: string;
  readonly administratorsGroup: string;
  /** The resource server before a scope: `gatebell` for `gatebell/exceptions`. Empty: scopes stand alone. */
  readonly resourceServer: string;
};

/** Who calls, as the verified token says. */
export type Caller = {
  readonly user: string;
  readonly isAdministrator: boolean;
  /** The scopes of this API that the token holds, without the resource server. */
  readonly scopes: readonly string[];
};

type Claims = Readonly<Record<string, unknown>>;

const claimsSchema = z.record(z.string(), z.unknown());

/** One token and nothing beside it; the scheme is optional, as it is to API Gateway. */
const TOKEN = /^(?:bearer\s+)?[\w-]+\.([\w-]+)\.[\w-]+$/i;

/**
 * The claims of the token itself. API Gateway verified it before it called; what it hands over of it is text in which a
 * list (`[a b]`) and the names in it can't be told apart.
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

/** The names in a claim: of a list each, of a text the whole. */
const namesIn = (claim: unknown): readonly unknown[] => (Array.isArray(claim) ? claim : [claim]);

/**
 * The client that got the token for itself, by the client-credentials grant, or undefined for a person's token. The
 * subject is then the client (RFC 9068, section 2.2; Cognito, Okta as `cid`); Auth0 names the grant in `gty`.
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

/** `scope` is a text with blanks between; some providers list them in `scp`. */
const scopesOf = ({ scope, scp }: Claims, resourceServer: string): string[] => {
  const prefix = resourceServer === '' ? '' : `${resourceServer}/`;
  const held = typeof scope === 'string' ? scope.split(' ') : namesIn(scp);
  return held.flatMap((one) => (typeof one === 'string' && one.startsWith(prefix) ? [one.slice(prefix.length)] : []));
};

/**
 * The caller, or null where the token names nobody: it lacks the configured claim and no client got it for itself, its
 * name could be mistaken for another, or it is no access token. Names of groups and scopes count whole.
 */
export const readCaller = (event: APIGatewayProxyEventV2WithJWTAuthorizer, names: CallerClaims): Caller | null => {
  const claims = readClaims(event.headers['authorization']);
  // Cognito marks its ID tokens, which are for the page alone.
  if (claims === null || (claims['token_use'] ?? 'access') !== 'access') return null;
  const user = userOf(claims, names);
  if (user === null) return null;
  const isAdministrator = namesIn(claims[names.groupsClaim]).includes(names.administratorsGroup);
  return { user, isAdministrator, scopes: scopesOf(claims, names.resourceServer) };
};

/** Whether the token carries a scope of this API. */
export const hasScope = ({ scopes }: Caller, scope: string): boolean => scopes.includes(scope);
