import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Caller } from '../http/caller.ts';
import { problem } from '../http/problem.ts';
import type { Reply } from '../http/reply.ts';
import { bytesOf } from '../http/request-body.ts';
import type { KeyedRequest, StoredReply } from './model.ts';

/** Visible ASCII (IETF draft-ietf-httpapi-idempotency-key-header; lengths as Stripe's API has them). */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** The request with its `Idempotency-Key`; null if it has none. */
export const parseKeyedRequest = (
  event: Pick<APIGatewayProxyEventV2, 'headers' | 'routeKey' | 'body' | 'isBase64Encoded'>,
  { user }: Caller,
): KeyedRequest | null | 'malformed' => {
  const key = event.headers['idempotency-key'];
  if (key === undefined) return null;
  if (!IDEMPOTENCY_KEY.test(key)) return 'malformed';
  const request = createHash('sha256').update(`${event.routeKey}\n`).update(bytesOf(event)).digest('base64url');
  return { user, key, request };
};

export type KeyedDeps = {
  readonly readKeyedReply: (
    keyed: KeyedRequest,
  ) => Promise<{ readonly request: string; readonly reply: StoredReply } | null>;
};

const MAX_TRIES = 3;

/**
 * Processes a request with an idempotency key once: returns the stored reply, or runs `act`, which stores its reply in the
 * transaction of its writes and returns `key-used` if another request was first. Refusals aren't stored. Without a key, runs
 * `act` each time.
 */
export const answerOnce = async (
  { readKeyedReply }: KeyedDeps,
  keyed: KeyedRequest | null,
  act: () => Promise<Reply | 'key-used'>,
): Promise<Reply> => {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const known = keyed === null ? null : await readKeyedReply(keyed);
    if (known !== null) return known.request === keyed?.request ? known.reply : problem('idempotency-key-reused');
    const reply = await act();
    if (reply !== 'key-used') return reply;
  }
  return problem('conflict', { detail: 'Another request with this Idempotency-Key is in progress. Try again.' });
};
