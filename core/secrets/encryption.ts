import { createCipheriv, createDecipheriv } from 'node:crypto';

/** A data key: 32 bytes, and the id of its item in the key ring. */
export type DataKey = { readonly id: string; readonly bytes: Uint8Array };

const CIPHER = 'aes-256-gcm';
/** Random, so a key may encrypt 2³² texts (NIST SP 800-38D, 8.3). The API's throttle allows fewer in three months. */
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The id of the key that encrypted a text: the part before the first dot. */
export const keyIdOf = (sealed: string): string => sealed.split('.', 1)[0] ?? '';

/** Encrypts a text for one place. It can't be decrypted for another. */
export const seal = (plain: {
  readonly key: DataKey;
  readonly text: string;
  readonly place: string;
  readonly nonce: Uint8Array;
}): string => {
  const cipher = createCipheriv(CIPHER, plain.key.bytes, plain.nonce);
  cipher.setAAD(Buffer.from(plain.place));
  const sealed = [cipher.update(plain.text, 'utf8'), cipher.final()];
  return `${plain.key.id}.${Buffer.concat([plain.nonce, cipher.getAuthTag(), ...sealed]).toString('base64url')}`;
};

/** Decrypts a text; null if it was altered, or encrypted with another key or for another place. */
export const open = (cipher: {
  readonly key: DataKey;
  readonly sealed: string;
  readonly place: string;
}): string | null => {
  const bytes = Buffer.from(cipher.sealed.slice(cipher.key.id.length + 1), 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, cipher.key.bytes, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(cipher.place));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
};
