import { Problem, problemOf } from './problem.ts';

/** Where tokens come from, and what is done when there is none any more. */
export type Credentials = {
  /** A valid access token. `refused` is one that the API has turned away: it takes another. */
  readonly accessToken: (refused?: string) => Promise<string>;
};

/** What was read, and its version. */
export type Known<Body> = { readonly body: Body; readonly etag: string | null };

type Call = {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly etag?: string | null;
  readonly ifMatch?: string | null;
};

const headersOf = ({ body, etag, ifMatch }: Call, token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  ...(etag ? { 'if-none-match': etag } : {}),
  ...(ifMatch ? { 'if-match': ifMatch } : {}),
});

/** API Gateway's throttle answers before a function is asked: whatever the call does, it can be sent again. */
const THROTTLED = 429;

/** Before each further try. Its answer names no time. */
const PAUSES_MS = [500, 1_000, 2_000];

/** Sends throttled calls again after random pauses, so that pages throttled together don't return together. */
const patiently = async (send: () => Promise<Response>): Promise<Response> => {
  for (const pauseMs of PAUSES_MS) {
    const response = await send();
    if (response.status !== THROTTLED) return response;
    await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random())));
  }
  return send();
};

/** The API as the page calls it; paths begin behind `/api`. Everything throws a `Problem`. */
export type Api = {
  readonly get: <Answer>(path: string) => Promise<Answer>;
  /** Reads unless what is known still holds, which is `null`: a few bytes on the way. */
  readonly getUnlessKnown: <Answer>(path: string, etag: string | null) => Promise<Known<Answer> | null>;
  /** With `ifMatch`, an ETag, only where that version is still the current one. */
  readonly send: <Answer>(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body?: unknown,
    ifMatch?: string | null,
  ) => Promise<Answer>;
  readonly remove: (path: string) => Promise<void>;
};

export const createApi = ({ accessToken }: Credentials): Api => {
  const fetchOnce = (call: Call, token: string): Promise<Response> =>
    fetch(`/api${call.path}`, {
      method: call.method,
      headers: headersOf(call, token),
      body: call.body === undefined ? null : JSON.stringify(call.body),
      // The page stores what it read; the browser's cache would answer 304s with stale bodies.
      cache: 'no-store',
    }).catch((cause) => {
      throw new Problem(0, "Can't reach the server. Check your connection.", [], cause);
    });
  const once = (call: Call, token: string): Promise<Response> => patiently(() => fetchOnce(call, token));
  const answer = async (call: Call): Promise<Response> => {
    const token = await accessToken();
    const first = await once(call, token);
    const response = first.status === 401 ? await once(call, await accessToken(token)) : first;
    if (response.ok || response.status === 304) return response;
    throw await problemOf(response);
  };
  return {
    get: async (path) => (await answer({ method: 'GET', path })).json(),
    getUnlessKnown: async (path, etag) => {
      const response = await answer({ method: 'GET', path, etag });
      if (response.status === 304) return null;
      return { body: await response.json(), etag: response.headers.get('etag') };
    },
    send: async (method, path, body, ifMatch = null) => {
      const response = await answer({ method, path, body, ifMatch });
      const text = await response.text();
      return text === '' ? undefined : JSON.parse(text);
    },
    remove: async (path) => {
      await answer({ method: 'DELETE', path });
    },
  };
};
