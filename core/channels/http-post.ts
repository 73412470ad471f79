import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { ClientRequest, Agent as HttpAgent, IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { ChannelName } from './channels.ts';
import { isPublicAddress } from './public-addresses.ts';
import { type CheckedWebhook, checkWebhookAddress, type WebhookPolicy } from './webhook-address.ts';

/** What came of a post. No reason quotes the URL, which is a secret. */
export type PostResult =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null; readonly body: string }
  /** No answer: it may pass. `isUnknown`: the post was written, so it may have arrived. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly isUnknown: boolean }
  /** Not posted: it may not go there. */
  | { readonly kind: 'forbidden'; readonly reason: string };

/** What is posted, as JSON. */
type PostRequest = {
  readonly webhook: string;
  readonly channel: ChannelName;
  readonly body: string;
  /** Besides content type and length, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
};

export type Post = (request: PostRequest) => Promise<PostResult>;

/** All addresses of a host. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

export type WebhookOptions = {
  readonly policy: WebhookPolicy;
  /** For name, connection and answer together. */
  readonly deadlineMs: number;
  readonly resolve: Resolve;
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

/**
 * Reads what is bounded by size and by the deadline; a cut answer is an answer, as the target has taken the post. By events:
 * an iterator costs more than the reading.
 */
const readAnswer = (response: IncomingMessage): Promise<string> => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const parts: Buffer[] = [];
  let bytes = 0;
  response.on('data', (part: Buffer) => {
    parts.push(part);
    bytes += part.length;
    if (bytes >= MAX_ANSWER_BYTES) response.destroy();
  });
  // The status is there, and the outcome must not turn into a second message for the sake of the body's end.
  response.on('error', () => {});
  response.on('close', () => resolve(Buffer.concat(parts).subarray(0, MAX_ANSWER_BYTES).toString('utf8')));
  return promise;
};

/**
 * For the local stack alone. An `import` statement of node:http loads the undici within Node, which a start of 200 ms would
 * pay for with 35; this does not.
 */
const plainHttp = () => process.getBuiltinModule('node:http');

/** Begins a request to a URL, over the right one of the kept connections. */
type Open = (options: RequestOptions) => ClientRequest;

const connect = (resolve: Resolve): ((to: CheckedWebhook) => Open) => {
  const kept = { keepAlive: true, maxSockets: 64 };
  const guarded = new HttpsAgent({ ...kept, lookup: guardedLookup(resolve) });
  // The local stack's receiver is on loopback, where the guard lets nothing through.
  const localHttps = new HttpsAgent(kept);
  let localHttp: HttpAgent | undefined;
  return ({ url, isLocal }) =>
    (options) => {
      if (!isLocal) return httpsRequest(url, { ...options, agent: guarded });
      if (url.protocol === 'https:') return httpsRequest(url, { ...options, agent: localHttps });
      const { Agent, request } = plainHttp();
      localHttp ??= new Agent(kept);
      return request(url, { ...options, agent: localHttp });
    };
};

const failureOf = (error: Error, isUnknown: boolean): PostResult => {
  const code = codeOf(error);
  return code === FORBIDDEN
    ? { kind: 'forbidden', reason: error.message }
    : { kind: 'unreachable', reason: `No connection (${code})`, isUnknown };
};

/** One for a whole post; a timer is cheaper than an AbortSignal. `onOver` breaks off the attempt that is under way. */
type Deadline = { onOver: () => void };

type Attempt = {
  readonly open: Open;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  readonly deadline: Deadline;
};

const attempt = ({ open, body, headers: added, deadlineMs, deadline }: Attempt): Promise<PostResult | 'stale'> => {
  const { promise, resolve: done } = Promise.withResolvers<PostResult | 'stale'>();
  const headers = {
    ...added,
    'content-type': 'application/json',
    'content-length': body.length,
    'user-agent': 'gatebell',
  };
  const request = open({ method: 'POST', headers });
  let isAnswered = false;
  let isWritten = false;
  request.on('finish', () => {
    isWritten = true;
  });
  deadline.onOver = () => {
    if (!isAnswered)
      done({ kind: 'unreachable', reason: `No answer within ${deadlineMs / 1_000} s`, isUnknown: isWritten });
    request.destroy();
  };
  request.on('response', async (response) => {
    isAnswered = true;
    const { statusCode: status = 0, headers: answered } = response;
    done({ kind: 'answer', status, retryAfter: answered['retry-after'] ?? null, body: await readAnswer(response) });
  });
  request.on('error', (error) => {
    // What breaks off after the status is left to who reads the answer.
    if (!isAnswered) done(wasStale(request, error) ? 'stale' : failureOf(error, isWritten));
  });
  request.end(body);
  return promise;
};

/** A literal address is never looked up, so the guard of new connections does not see it. */
const isForbiddenLiteral = ({ url, isLocal }: CheckedWebhook): boolean => {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return !isLocal && isIP(host) !== 0 && !isPublicAddress(host);
};

/**
 * The one way out of the house: posts JSON to a webhook that is on the allow-list and has a public address, over
 * connections that are kept. Redirects are answers, never followed. Does not throw.
 */
export const connectWebhooks = ({ policy, deadlineMs, resolve }: WebhookOptions): Post => {
  const opener = connect(resolve);
  return async ({ webhook, channel, body, headers = {} }) => {
    const checked = checkWebhookAddress(webhook, channel, policy);
    if (checked.kind === 'refused') return { kind: 'forbidden', reason: `The webhook ${checked.reason}` };
    if (isForbiddenLiteral(checked)) return { kind: 'forbidden', reason: forbidden().message };
    const deadline: Deadline = { onOver: () => {} };
    const timer = setTimeout(() => deadline.onOver(), deadlineMs);
    const attempted = { open: opener(checked), body: Buffer.from(body), headers, deadlineMs, deadline };
    try {
      for (;;) {
        const result = await attempt(attempted);
        // Each round uses up a dead connection: the last one is new.
        if (result !== 'stale') return result;
      }
    } finally {
      clearTimeout(timer);
    }
  };
};
