import * as z from 'zod/mini';

/** A request with an `Idempotency-Key`. */
export type KeyedRequest = {
  readonly user: string;
  readonly key: string;
  /** Hash of route and body: it detects a different request with the same key. */
  readonly request: string;
};

/** A reply that is stored for repeated requests. It contains no webhook URL. */
export const storedReplySchema = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

export type StoredReply = z.infer<typeof storedReplySchema>;

/** The reply to store in the transaction of the request's writes. */
export type KeyedReply = KeyedRequest & { readonly reply: StoredReply };
