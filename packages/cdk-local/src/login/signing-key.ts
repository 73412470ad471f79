import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';

/** The provider's private key as a JWK with its id. */
export type SigningKey = JWK & { kid: string };

const storedSchema = z.looseObject({ kid: z.string(), kty: z.literal('RSA') });

/** Makes an RSA key, the only kind that API Gateway takes. With a file it is stored there, so that tokens stay valid after a restart. */
export const signingKey = async (file: string | undefined): Promise<SigningKey> => {
  if (file !== undefined && existsSync(file)) return storedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' };
  if (file !== undefined) writeFileSync(file, JSON.stringify(key), { mode: 0o600 });
  return key;
};
