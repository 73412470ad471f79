/**
 * The JWT authorizer of HTTP APIs.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { AuthorizerDefinition } from '../template/read-api.ts';

type Authorization =
  | { kind: 'allowed'; claims: Record<string, string>; scopes: readonly string[] | null }
  | { readonly kind: 'unauthorized'; readonly challenge: string }
  | { readonly kind: 'forbidden'; readonly challenge: string };

export type Authorizer = (
  header: string | undefined,
  definition: AuthorizerDefinition,
  scopes: readonly string[],
) => Promise<Authorization>;

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** Claims reach the function as text: a list as `[a b]`, an object as JSON. */
const claimText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
};

/** `scope` is a text with spaces, `scp` a text or a list. */
const scopesOf = ({ scope, scp }: JWTPayload): readonly string[] => {
  const text = z.union([z.string(), z.array(z.string())]).safeParse(scope ?? scp);
  if (!text.success) return [];
  return (Array.isArray(text.data) ? text.data : text.data.split(' ')).filter((part) => part !== '');
};

/** The client id counts only when there is no audience. */
const isForUs = ({ aud, client_id: clientId }: JWTPayload, audience: readonly string[]): boolean => {
  const named = aud === undefined ? [clientId] : [aud].flat();
  return named.some((name) => typeof name === 'string' && audience.includes(name));
};

/** Checks tokens against the issuer's published keys, on the clock of the stack. */
export const createAuthorizer = (now: () => Date): Authorizer => {
  const keys = new Map<string, Promise<JWTVerifyGetKey>>();
  const keysOf = (issuer: string): Promise<JWTVerifyGetKey> => {
    const found = keys.get(issuer) ?? discoverKeys(issuer);
    keys.set(issuer, found);
    // An issuer that could not be reached is asked anew the next time.
    found.catch(() => keys.delete(issuer));
    return found;
  };
  const verify = async (token: string, { issuer, audience }: AuthorizerDefinition): Promise<JWTPayload> => {
    const options = { issuer, algorithms: ['RS256', 'RS384', 'RS512'], currentDate: now(), requiredClaims: ['exp'] };
    const { payload } = await jwtVerify(token, await keysOf(issuer), options);
    if (!isForUs(payload, audience)) throw new Error('the token is for another audience');
    if (payload.iat !== undefined && payload.iat * 1000 > now().getTime() + 1000)
      throw new Error('issued in the future');
    return payload;
  };
  return async (header, definition, wanted) => {
    // The scheme is optional.
    const token = header?.trim().replace(/^bearer\s+/i, '');
    if (token === undefined || token === '') return { kind: 'unauthorized', challenge: 'Bearer' };
    let payload: JWTPayload;
    try {
      payload = await verify(token, definition);
    } catch (error) {
      const description = error instanceof Error ? error.message.replaceAll('"', "'") : 'invalid';
      const challenge = `Bearer scope="${wanted.join(' ')}" error="invalid_token" error_description="${description}"`;
      return { kind: 'unauthorized', challenge };
    }
    const scopes = scopesOf(payload);
    if (wanted.length > 0 && !wanted.some((scope) => scopes.includes(scope))) {
      return { kind: 'forbidden', challenge: `Bearer scope="${wanted.join(' ')}" error="insufficient_scope"` };
    }
    const claims = Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, claimText(value)]));
    // The event carries scopes only where the route asks for some.
    return { kind: 'allowed', claims, scopes: wanted.length > 0 ? scopes : null };
  };
};

const discoverKeys = async (issuer: string): Promise<JWTVerifyGetKey> => {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { jwks_uri: uri } = discoverySchema.parse(await response.json());
  return createRemoteJWKSet(new URL(uri));
};
