import { createCipheriv, createDecipheriv } from 'node:crypto';
import * as z from 'zod/mini';
import { invalidField } from './problem.ts';
import type { Reply } from './reply.ts';

/** The caller and the query of a cursor. It isn't valid for others. */
type CursorScope = { readonly user: string; readonly list: string; readonly query: unknown };

export type CursorDeps = {
  /** 32 bytes. */
  readonly readKey: () => Promise<Uint8Array>;
  readonly randomBytes: (size: number) => Uint8Array;
};

/** Cursors, encrypted with AES-256-GCM: callers can neither read nor change a position. */
export type Cursors = {
  seal(position: string, scope: CursorScope): Promise<string>;
  /** The position; null if the cursor isn't valid for this scope. */
  open(cursor: string, scope: CursorScope): Promise<string | null>;
};

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

const scopeBytes = ({ user, list, query }: CursorScope): Buffer => Buffer.from(JSON.stringify([user, list, query]));

/** Reads the key once, and again only after a failure. The key never changes. */
const once = (read: CursorDeps['readKey']): CursorDeps['readKey'] => {
  let reading: Promise<Uint8Array> | null = null;
  return async () => {
    reading ??= read();
    try {
      return await reading;
    } catch (error) {
      reading = null;
      throw error;
    }
  };
};

/** Cursors with a key that is read with the first use. */
export const makeCursors = ({ readKey, randomBytes }: CursorDeps): Cursors => withKey(once(readKey), randomBytes);

const withKey = (readKey: CursorDeps['readKey'], randomBytes: CursorDeps['randomBytes']): Cursors => ({
  async seal(position, scope) {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, await readKey(), nonce);
    cipher.setAAD(scopeBytes(scope));
    const sealed = Buffer.concat([cipher.update(position, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  },
  async open(cursor, scope) {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== cursor) return null;
    const decipher = createDecipheriv(CIPHER, await readKey(), bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(scopeBytes(scope));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      const opened = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
      return Buffer.concat(opened).toString('utf8');
    } catch {
      return null;
    }
  },
});

/** The position after which a page begins; null for the first. */
export type OpenedCursor =
  | { readonly kind: 'opened'; readonly after: string | null }
  | { readonly kind: 'refused'; readonly reply: Reply };

/** Opens the cursor of a request, if it has one. Refuses one that isn't valid for the list, the query, or the caller. */
export const openCursor = async (
  cursors: Cursors,
  cursor: string | undefined,
  scope: CursorScope,
): Promise<OpenedCursor> => {
  const after = cursor === undefined ? null : await cursors.open(cursor, scope);
  return cursor !== undefined && after === null
    ? { kind: 'refused', reply: invalidField('cursor', "This cursor isn't valid for this list") }
    : { kind: 'opened', after };
};

/** The paging part of a list's query: `limit` 1–100, 25 if omitted, and the `cursor` of the previous page. */
export const paging = {
  limit: z
    .pipe(
      z.pipe(z._default(z.string().check(z.regex(/^\d{1,3}$/, 'Must be a whole number')), '25'), z.transform(Number)),
      z.int().check(z.gte(1), z.lte(100)),
    )
    .register(z.globalRegistry, { type: 'integer', minimum: 1, maximum: 100 }),
  cursor: z
    .optional(z.string().check(z.minLength(1), z.maxLength(2_000)))
    .register(z.globalRegistry, { description: 'The `next` of the previous page' }),
};
