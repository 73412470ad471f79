/**
 * KMS, as far as the stack uses it: symmetric keys that wrap data keys and unwrap them, bound to an encryption context.
 * No package for Node offers one. The AWS proxy reads the keys and their policies from the template.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Running } from '../lambda.ts';
import { listen } from '../listen.ts';
import { readBody } from '../read-body.ts';

const contextSchema = z.record(z.string(), z.string()).default({});
const generateBodySchema = z.object({
  KeyId: z.string(),
  KeySpec: z.literal('AES_256'),
  EncryptionContext: contextSchema,
});
const decryptBodySchema = z.object({ KeyId: z.string(), CiphertextBlob: z.base64(), EncryptionContext: contextSchema });

type KmsAnswer = { readonly status: number; readonly body: string };

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const answered = (body: object): KmsAnswer => ({ status: 200, body: JSON.stringify(body) });
const refused = (type: string): KmsAnswer => ({ status: 400, body: JSON.stringify({ __type: type, message: '' }) });

/** Each key has its own material, derived from one secret, the only thing to store. */
const materialOf = (secret: Uint8Array, keyArn: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', keyArn, 32));

const boundTo = (context: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).toSorted(([one], [other]) => (one < other ? -1 : 1))));

/** The ciphertext names its key, as that of KMS does: ARN, zero byte, nonce, tag, what is wrapped. */
const wrap = (secret: Uint8Array, { KeyId, EncryptionContext }: z.infer<typeof generateBodySchema>): KmsAnswer => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, materialOf(secret, KeyId), nonce).setAAD(boundTo(EncryptionContext));
  const sealed = Buffer.concat([cipher.update(randomBytes(32)), cipher.final()]);
  const blob = Buffer.concat([Buffer.from(`${KeyId}\0`), nonce, cipher.getAuthTag(), sealed]);
  return answered({ KeyId, CiphertextBlob: blob.toString('base64') });
};

const unwrap = (secret: Uint8Array, request: z.infer<typeof decryptBodySchema>): KmsAnswer => {
  const { KeyId, CiphertextBlob, EncryptionContext } = request;
  const blob = Buffer.from(CiphertextBlob, 'base64');
  const end = blob.indexOf(0);
  if (end < 0) return refused('InvalidCiphertextException');
  if (blob.subarray(0, end).toString() !== KeyId) return refused('IncorrectKeyException');
  const nonce = blob.subarray(end + 1, end + 1 + NONCE_BYTES);
  const sealed = blob.subarray(end + 1 + NONCE_BYTES);
  try {
    const decipher = createDecipheriv(CIPHER, materialOf(secret, KeyId), nonce).setAAD(boundTo(EncryptionContext));
    decipher.setAuthTag(sealed.subarray(0, TAG_BYTES));
    const opened = Buffer.concat([decipher.update(sealed.subarray(TAG_BYTES)), decipher.final()]);
    return answered({ KeyId, Plaintext: opened.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
  } catch {
    return refused('InvalidCiphertextException');
  }
};

/** Answers an operation of KMS; `secret` is 32 bytes. Throws for one that the stack does not use. */
export const answerKms = (secret: Uint8Array, operation: string, body: string): KmsAnswer => {
  const request: unknown = JSON.parse(body);
  switch (operation) {
    case 'GenerateDataKeyWithoutPlaintext':
      return wrap(secret, generateBodySchema.parse(request));
    case 'Decrypt':
      return unwrap(secret, decryptBodySchema.parse(request));
    default:
      throw new Error(`The local KMS has no ${operation}`);
  }
};

/** The secret behind all keys: 32 bytes. With a file it is stored there, so that a later start can decrypt stored data. */
export const kmsSecret = (file: string | undefined): Uint8Array => {
  if (file !== undefined && existsSync(file)) return Buffer.from(readFileSync(file, 'utf8'), 'base64');
  const secret = randomBytes(32);
  if (file !== undefined) writeFileSync(file, secret.toString('base64'), { mode: 0o600 });
  return secret;
};

/** A running KMS. */
export type Kms = Running & { readonly url: string };

/** Starts KMS on loopback, with the keys that are made of a secret. */
export const startKms = async ({ secret }: { readonly secret: Uint8Array }): Promise<Kms> =>
  await listen(async (incoming, response) => {
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const { status, body } = answerKms(secret, operation, String(await readBody(incoming)));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
  });
