import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import * as z from 'zod';
import type { TestStack } from '../../stack.ts';

const HOUR = 3_600;

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const Keys = z.object({ keys: z.tuple([z.looseObject({ kid: z.string(), kty: z.string() })]) });
const Discovery = z.object({ jwks_uri: z.string() });

/** The key with which anybody checks the issuer's tokens. */
const publishedKey = async (issuer: string) => {
  const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  const { keys } = Keys.parse(await (await fetch(Discovery.parse(discovery).jwks_uri)).json());
  return keys[0];
};

/** Tokens of an administrator that are wrong in one thing each, by what that is. */
export const badTokens = async (stack: TestStack): Promise<Readonly<Record<string, string>>> => {
  const admin = (claims: Record<string, unknown>) => stack.token('alice', { admin: true, claims });
  const good = await admin({});
  const [head = '', payload = '', signature = ''] = good.split('.');
  const claims = decodeJwt(good);
  const { kid = '' } = decodeProtectedHeader(good);
  const foreign = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(foreign.publicKey);
  const signed = (header: Partial<JWTHeaderParameters>) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(foreign.privateKey);
  const published: JsonWebKey = await publishedKey(stack.handles.issuer);
  const pem = createPublicKey({ key: published, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const now = Math.floor(Date.now() / 1_000);
  return {
    nonsense: 'nonsense',
    'two parts': `${head}.${payload}`,
    'algorithm none': `${part({ alg: 'none', kid })}.${payload}.`,
    'algorithm none, spelled otherwise': `${part({ alg: 'nOnE', kid })}.${payload}.${signature}`,
    'no signature': `${head}.${payload}.`,
    'another signature': `${head}.${payload}.${'A'.repeat(signature.length)}`,
    'a changed payload': `${head}.${part({ ...claims, sub: 'mallory' })}.${signature}`,
    'the published key as a secret': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(Buffer.from(pem)),
    'another key by the same id': await signed({}),
    'another key by an id of its own': await signed({ kid: 'mine' }),
    'a key that the token brings along': await signed({ jwk }),
    'a key that the token points at': await signed({ jku: 'http://127.0.0.1:1/keys' }),
    'another issuer': await admin({ iss: 'https://login.example.org' }),
    'no issuer': await admin({ iss: null }),
    'another audience': await admin({ aud: 'somebody-else' }),
    'no audience and another client': await admin({ aud: null, client_id: 'other' }),
    // Its audience is the client that logged in, and not the API.
    'an ID token': await admin({ aud: 'gatebell-web', client_id: null, scope: null }),
    expired: await admin({ exp: now - 60 }),
    'no expiry': await admin({ exp: null }),
    'not valid yet': await admin({ nbf: now + HOUR }),
    'issued in the future': await admin({ iat: now + HOUR }),
  };
};
