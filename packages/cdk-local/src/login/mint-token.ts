import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import { z } from 'zod';
import { groupsOf, type SignIn } from './sign-in.ts';
import type { SigningKey } from './signing-key.ts';

/**
 * Whom a token is for, without a login. `admin` adds the administrators' group; `claims` replace what tests of the
 * authorizer want wrong, and null takes a claim out.
 */
const tokenRequestSchema = ({ userNameSchema }: Pick<SignIn, 'userNameSchema'>) =>
  z.strictObject({
    name: userNameSchema,
    /** A token that the client `name` got for itself, by the client-credentials grant. */
    client: z.boolean().default(false),
    admin: z.boolean().default(false),
    groups: z.array(z.string()).optional(),
    scope: z.string().optional(),
    expires_in: z.int().default(3600),
    claims: z.record(z.string(), z.unknown()).default({}),
  });
export type TokenRequest = z.input<ReturnType<typeof tokenRequestSchema>>;

/** Signs an access token with the provider's key, in the same form as a login. */
export const mintToken = async (options: {
  /** A `TokenRequest`, not yet parsed. */
  readonly request: unknown;
  readonly signIn: SignIn;
  readonly issuer: string;
  readonly key: SigningKey;
  readonly now: Date;
}): Promise<string> => {
  const { signIn, issuer, key } = options;
  const request = tokenRequestSchema(signIn).parse(options.request);
  const seconds = Math.floor(options.now.getTime() / 1000);
  const groups = [
    ...(request.groups ?? groupsOf(signIn, request.name)),
    ...(request.admin ? [signIn.administratorsGroup] : []),
  ];
  const claims = {
    groups: [...new Set(groups)],
    client_id: request.client ? request.name : signIn.commandClientId,
    ...(request.scope === undefined ? {} : { scope: request.scope }),
    sub: request.name,
    iss: issuer,
    aud: signIn.audience,
    iat: seconds,
    exp: seconds + request.expires_in,
    jti: randomUUID(),
    ...request.claims,
  };
  return new SignJWT(Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null)))
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: key.kid })
    .sign(await importJWK(key, 'RS256'));
};
