import * as z from 'zod/mini';

/** A write that its caller named by an `Idempotency-Key`. */
export type KeyedRequest = {
  readonly user: string;
  readonly key: string;
  /** Hash of route and body, by which another request under the same key is known. */
  readonly request: string;
};

/** A reply that is kept to be given again. It holds no webhook URL. */
export const storedReplySchema = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

export type StoredReply = z.infer<typeof storedReplySchema>;

/** What is written together with what the request writes. */
export type KeyedReply = KeyedRequest & { readonly reply: StoredReply };
