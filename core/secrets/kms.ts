import { DecryptCommand, GenerateDataKeyWithoutPlaintextCommand, KMSClient } from '@aws-sdk/client-kms';
import { boundedRequests } from '../platform/bounded-requests.ts';
import type { WrappedKey } from './store.ts';

const DATA_KEY_BYTES = 32;

/**
 * Bound to a wrapped key, and in CloudTrail with each use of it. It names no table, as one that is restored from a backup has
 * another name; nor may it hold a secret.
 */
export const contextOf = (id: string) => ({ purpose: 'gatebell webhooks', key: id });

/** The calls to KMS with one key, which wraps the data keys. */
export const connectKms = (keyArn: string, client = new KMSClient(boundedRequests())) => ({
  /** A new data key as only KMS can read it, base64: who needs it has it unwrapped as all others do. */
  async makeWrapped(id: string): Promise<string> {
    const request = { KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: contextOf(id) } as const;
    const { CiphertextBlob } = await client.send(new GenerateDataKeyWithoutPlaintextCommand(request));
    if (CiphertextBlob === undefined) throw new Error('KMS made no data key');
    return Buffer.from(CiphertextBlob).toString('base64');
  },
  async unwrap({ id, wrapped }: WrappedKey): Promise<Uint8Array> {
    const CiphertextBlob = Buffer.from(wrapped, 'base64');
    const request = { KeyId: keyArn, CiphertextBlob, EncryptionContext: contextOf(id) };
    const { Plaintext } = await client.send(new DecryptCommand(request));
    if (Plaintext?.byteLength !== DATA_KEY_BYTES) throw new Error('KMS gave no data key');
    return Plaintext;
  },
});
