import { DecryptCommand, GenerateDataKeyWithoutPlaintextCommand, KMSClient } from '@aws-sdk/client-kms';
import { boundedRequests } from '../platform/bounded-requests.ts';
import type { WrappedKey } from './store.ts';

const DATA_KEY_BYTES = 32;

/**
 * The encryption context of a data key, which CloudTrail logs with each use. It doesn't name the table, because a restored
 * table has another name. It must not contain a secret.
 */
export const contextOf = (id: string) => ({ purpose: 'gatebell webhooks', key: id });

/** Requests to KMS with the key that encrypts the data keys. */
export const connectKms = (keyArn: string, client = new KMSClient(boundedRequests())) => ({
  /** Creates a data key and returns it encrypted, in base64. `unwrap` decrypts it. */
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
