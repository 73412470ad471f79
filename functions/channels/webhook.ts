import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { checkWebhookAddress, type WebhookChannel, type WebhookPolicy } from '../domain/webhook-address.ts';
import { isPublicAddress } from './public-addresses.ts';

/** What came of a post. No reason quotes the URL, which is a secret. */
export type PostResult =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null; readonly body: string }
  /** No answer: it may pass. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** Not posted: it may not go there. */
  | { readonly kind: 'forbidden'; readonly reason: string };

export type Post = (webhook: string, channel: WebhookChannel, body: string) => Promise<PostResult>;

/** All addresses of a host. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

export type WebhookOptions = {
  readonly policy: WebhookPolicy;
  /** For name, connection and answer together. */
  readonly deadlineMs: number;
  readonly resolve: Resolve;
  /** More roots of trust, for tests. */
  readonly ca?: string;
};

export const DEADLINE_MS = 10_000;

/** Enough for what Slack and Teams answer; more is not read. */
const MAX_ANSWER_BYTES = 4_096;

export const resolveHost: Resolve = (host) => lookup(host, { all: true });

const FORBIDDEN = 'GATEBELL_FORBIDDEN';

const forbidden = (): Error =>
  Object.assign(new Error('The host has an address that is not public'), { code: FORBIDDEN });

/**
 * Resolves a name for a new connection, once: what was checked is what is connected to, so that a name which changes
 * between two looks (DNS rebinding) gains nothing. One address that is not public spoils all.
 */
const guardedLookup =
  (resolve: Resolve): LookupFunction =>
  (host, options, done) => {
    const answer = (addresses: readonly LookupAddress[]) => {
      const [first] = addresses;
      if (first === undefined) return done(Object.assign(new Error('No address'), { code: 'ENODATA' }), '', 0);
      if (!addresses.every(({ address }) => isPublicAddress(address))) return done(forbidden(), '', 0);
      if (options.all) return done(null, [...addresses]);
      return done(null, first.address, first.family);
    };
    resolve(host).then(answer, (error: NodeJS.ErrnoException) => done(error, '', 0));
  };

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

/** A kept connection that the other side has closed meanwhile, found out by writing to it. */
const wasStale = (request: ClientRequest, error: unknown): boolean =>
  request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(codeOf(error));

/** Reads what is bounded by size and by the deadline; a cut answer is an answer, as the target has taken the post. */
const readAnswer = async (response: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response) {
      if (!Buffer.isBuffer(part)) continue;
      parts.push(part);
      bytes += part.length;
      if (bytes >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    // The status is there, and the outcome must not turn into a second message for the sake of the body's end.
  }
  return Buffer.concat(parts).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
};

type Attempt = { readonly url: URL; readonly isLocal: boolean; readonly body: Buffer; readonly signal: AbortSignal };

const literalHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/**
 * The one way out of the house: posts JSON to a webhook that is on the allow-list and has a public address, over
 * connections that are kept. Redirects are answers, never followed. Does not throw.
 */
export const connectWebhooks = ({ policy, deadlineMs, resolve, ca }: WebhookOptions): Post => {
  const kept = { keepAlive: true, maxSockets: 64, ...(ca && { ca }) };
  const guarded = new HttpsAgent({ ...kept, lookup: guardedLookup(resolve) });
  // The local stack's receiver is on loopback, where the guard lets nothing through, and speaks http.
  const local = { 'https:': new HttpsAgent(kept), 'http:': new HttpAgent(kept) };

  const open = (url: URL, isLocal: boolean, options: RequestOptions): ClientRequest => {
    if (!isLocal) return httpsRequest(url, { ...options, agent: guarded });
    if (url.protocol === 'https:') return httpsRequest(url, { ...options, agent: local['https:'] });
    return httpRequest(url, { ...options, agent: local['http:'] });
  };

  const attempt = ({ url, isLocal, body, signal }: Attempt): Promise<PostResult | 'stale'> => {
    const { promise, resolve: done } = Promise.withResolvers<PostResult | 'stale'>();
    const headers = { 'content-type': 'application/json', 'content-length': body.length, 'user-agent': 'gatebell' };
    const request = open(url, isLocal, { method: 'POST', headers, signal });
    request.on('response', async (response) => {
      const text = await readAnswer(response);
      done({
        kind: 'answer',
        status: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'] ?? null,
        body: text,
      });
    });
    request.on('error', (error) => {
      if (wasStale(request, error)) return done('stale');
      if (signal.aborted) return done({ kind: 'unreachable', reason: `No answer within ${deadlineMs / 1_000} s` });
      const code = codeOf(error);
      if (code === FORBIDDEN) return done({ kind: 'forbidden', reason: error.message });
      return done({ kind: 'unreachable', reason: `No connection (${code})` });
    });
    request.end(body);
    return promise;
  };

  return async (webhook, channel, body) => {
    const checked = checkWebhookAddress(webhook, channel, policy);
    if (checked.kind === 'refused') return { kind: 'forbidden', reason: `The webhook ${checked.reason}` };
    const { url, isLocal } = checked;
    // A literal address is never looked up.
    const host = literalHost(url);
    if (!isLocal && isIP(host) !== 0 && !isPublicAddress(host))
      return { kind: 'forbidden', reason: forbidden().message };
    const signal = AbortSignal.timeout(deadlineMs);
    for (;;) {
      const result = await attempt({ url, isLocal, body: Buffer.from(body), signal });
      if (result !== 'stale') return result;
    }
  };
};
