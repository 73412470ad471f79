import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createDistribution } from '../src/http/distribution.ts';
import type { HttpResponse } from '../src/http/function-response.ts';
import type { BehaviourDefinition } from '../src/template/read-distribution.ts';

const behaviour: BehaviourDefinition = {
  pathPattern: undefined,
  target: { kind: 'api', headers: { 'x-origin-secret': 'known' } },
  methods: ['GET', 'PUT'],
  headers: {},
  onRequest: undefined,
  cache: { keyHeaders: [], isQueryInKey: true, isCompressed: true, minimumSeconds: 0 },
};

const LONG = JSON.stringify({ text: 'x'.repeat(2_000) });

/** A distribution before an API with a scripted answer that counts its calls; the clock stands unless it is moved. */
const distribution = ({ cache = behaviour.cache, errorSeconds = new Map<number, number>() } = {}) => {
  let nowMs = 0;
  let calls = 0;
  let added: unknown;
  let next: Partial<HttpResponse> = {};
  const answer = createDistribution({
    behaviours: [{ ...behaviour, cache }],
    errorSeconds,
    files: new Map(),
    api: async (_incoming, headersOfOrigin) => {
      calls += 1;
      added = headersOfOrigin;
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', etag: '"9"' };
      return { status: 200, headers, cookies: [], body: Buffer.from(LONG), ...next };
    },
    now: () => new Date(nowMs),
  });
  const call = (headers: Readonly<Record<string, string>> = {}, method = 'GET') => {
    const incoming = new IncomingMessage(new Socket());
    Object.assign(incoming, { method, url: '/api/orders?limit=1', headers });
    return answer(incoming);
  };
  return {
    call,
    answerWith: (response: Partial<HttpResponse>) => {
      next = response;
    },
    wait: (seconds: number) => {
      nowMs += seconds * 1_000;
    },
    calls: () => calls,
    added: () => added,
  };
};

it('adds the headers of the origin', async () => {
  const { call, added } = distribution();
  await call();
  expect(added()).toEqual({ 'x-origin-secret': 'known' });
});

describe('an error', () => {
  it('is kept for ten seconds, and given to every caller, though caching is disabled', async () => {
    const { call, answerWith, wait, calls } = distribution();
    answerWith({ status: 503 });
    await call({ authorization: 'Bearer one' });
    answerWith({});
    expect((await call({ authorization: 'Bearer other' })).status).toBe(503);
    wait(10);
    expect((await call()).status).toBe(200);
    expect(calls()).toBe(2);
  });

  it('is not kept where the distribution says so', async () => {
    const { call, answerWith } = distribution({ errorSeconds: new Map([[503, 0]]) });
    answerWith({ status: 503 });
    await call();
    answerWith({});
    expect((await call()).status).toBe(200);
  });

  it('belongs to the caller where the token is part of the key', async () => {
    const { call, answerWith } = distribution({ cache: { ...behaviour.cache, keyHeaders: ['authorization'] } });
    answerWith({ status: 403 });
    await call({ authorization: 'Bearer one' });
    answerWith({});
    expect((await call({ authorization: 'Bearer other' })).status).toBe(200);
    expect((await call({ authorization: 'Bearer one' })).status).toBe(403);
  });

  it.each([
    ['404 that must not be stored', 'GET', 404],
    ['401', 'GET', 401],
    ['503 to a write', 'PUT', 503],
  ])('is not kept: a %s', async (_, method, status) => {
    const { call, answerWith } = distribution();
    answerWith({ status, headers: { 'cache-control': 'no-store' } });
    await call({}, method);
    answerWith({});
    expect((await call({}, method)).status).toBe(200);
  });
});

describe('an answer of a thousand bytes and more', () => {
  it('is compressed for callers that accept it, and its ETag becomes weak', async () => {
    const { body, headers } = await distribution().call({ 'accept-encoding': 'gzip, br' });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', etag: 'W/"9"' });
    expect(gunzipSync(body).toString()).toBe(LONG);
  });

  it('is sent as it is otherwise', async () => {
    expect((await distribution().call()).headers).not.toHaveProperty('content-encoding');
    const plain = distribution({ cache: { ...behaviour.cache, isCompressed: false } });
    expect((await plain.call({ 'accept-encoding': 'gzip' })).headers).toMatchObject({ etag: '"9"' });
    const short = distribution();
    short.answerWith({ body: Buffer.from('{}') });
    expect((await short.call({ 'accept-encoding': 'gzip' })).headers).not.toHaveProperty('content-encoding');
  });
});
