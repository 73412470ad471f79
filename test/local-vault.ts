import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { sortableId } from '../core/platform/sortable-id.ts';
import { makeDataKeys } from '../core/secrets/data-keys.ts';
import { contextOf } from '../core/secrets/kms.ts';
import type { WrappedKey } from '../core/secrets/store.ts';
import { makeWebhookSecrets, type WebhookSecrets } from '../core/secrets/webhook-secrets.ts';
import { answerKms } from '../packages/cdk-local/src/engines/kms.ts';

const answer = z.object({ CiphertextBlob: z.string().default(''), Plaintext: z.string().default('') });

/** The local KMS without its wire. */
const callKms = (secret: Uint8Array, operation: string, request: object) => {
  const { status, body } = answerKms(secret, operation, JSON.stringify(request));
  if (status !== 200) throw new Error(body);
  return answer.parse(JSON.parse(body));
};

/** A key of the local KMS: the secret behind all of them, and its ARN. */
export type LocalKey = { readonly secret: Uint8Array; readonly keyArn: string };

/** Seals as the functions do, before there is a table; with the key ring that lets them open it. */
export const localVault = ({
  secret,
  keyArn: KeyId,
}: LocalKey): { vault: WebhookSecrets; ring: readonly WrappedKey[] } => {
  const ring: WrappedKey[] = [];
  const keys = makeDataKeys({
    readRing: async () => ring,
    addToRing: async (_, added) => {
      ring.push(added);
      return 'written';
    },
    makeWrapped: async (id) => {
      const request = { KeyId, KeySpec: 'AES_256', EncryptionContext: contextOf(id) };
      return callKms(secret, 'GenerateDataKeyWithoutPlaintext', request).CiphertextBlob;
    },
    unwrap: async ({ id, wrapped: CiphertextBlob }) => {
      const request = { KeyId, CiphertextBlob, EncryptionContext: contextOf(id) };
      return Buffer.from(callKms(secret, 'Decrypt', request).Plaintext, 'base64');
    },
    newId: () => sortableId(Date.now(), randomBytes(10)),
    now: () => new Date(),
  });
  return { vault: makeWebhookSecrets(keys, randomBytes), ring };
};
