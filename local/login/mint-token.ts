import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import { z } from 'zod';
import type { SigningKey } from './signing-key.ts';
import { ADMINISTRATORS_GROUP, AUDIENCE, groupsOf, loginName } from './users.ts';

/**
 * Whom a token is for, without a login. `admin` adds the administrators' group; `claims` replace what tests of the
 * authorizer want wrong, and null takes a claim out.
 */
export const TokenRequest = z.strictObject({
  name: loginName,
  /** A token that the client `name` got for itself, by the client-credentials grant. */
  client: z.boolean().default(false),
  admin: z.boolean().default(false),
  groups: z.array(z.string()).optional(),
  scope: z.string().optional(),
  expires_in: z.int().default(3600),
  claims: z.record(z.string(), z.unknown()).default({}),
});
export type TokenRequest = z.output<typeof TokenRequest>;

/** Signs an access token with the provider's own key, in the form that a login gives. */
export const mintToken = async (options: {
  request: TokenRequest;
  issuer: string;
  key: SigningKey;
  now: Date;
}): Promise<string> => {
  const { request, issuer, key } = options;
  const seconds = Math.floor(options.now.getTime() / 1000);
  const groups = [...(request.groups ?? groupsOf(request.name)), ...(request.admin ? [ADMINISTRATORS_GROUP] : [])];
  const claims = {
    groups: [...new Set(groups)],
    client_id: request.client ? request.name : 'gatebell-command-line',
    ...(request.scope === undefined ? {} : { scope: request.scope }),
    sub: request.name,
    iss: issuer,
    aud: AUDIENCE,
    iat: seconds,
    exp: seconds + request.expires_in,
    jti: randomUUID(),
    ...request.claims,
  };
  return new SignJWT(Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null)))
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: key.kid })
    .sign(await importJWK(key, 'RS256'));
};
