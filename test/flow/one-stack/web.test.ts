/** The page's files and the API on one origin, as the template's distribution answers for them. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { useStack } from '../../use-stack.ts';

const stack = useStack();
let entry: string;

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${stack.handles.web}${path}`, { headers, redirect: 'manual' });
const assetIn = (html: string) => /(?:src|href)="(\/assets\/[^"]+)"/.exec(html)?.[1] ?? '';

beforeAll(async () => {
  entry = await (await get('/')).text();
});

describe('the page', () => {
  it('is answered at every path of a view, and asked for again each time', async () => {
    for (const path of ['/', '/products/0199', '/notifications?type=task', '/callback?code=c&state=s']) {
      const answer = await get(path);
      expect(answer.status, path).toBe(200);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'text/html',
        'cache-control': 'no-cache',
      });
      expect(await answer.text()).toBe(entry);
    }
    const etag = (await get('/')).headers.get('etag') ?? '';
    expect(await get('/products', { 'if-none-match': etag })).toMatchObject({ status: 304 });
    expect(await get('/products', { 'if-none-match': '"other"' })).toMatchObject({ status: 200 });
  });

  it('has scripts that are cached for a year', async () => {
    const answer = await get(assetIn(entry));
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': expect.stringMatching(/^text\/(javascript|css)$/),
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  it.each(['/assets/index-gone.js', '/assets/', '/assets/x/y', '/robots.txt', '/config.json/x.js', '/../package.json'])(
    'has no %s, and says so',
    async (path) => expect(await get(path)).toMatchObject({ status: 404 }),
  );

  it('is only read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      expect(await fetch(`${stack.handles.web}/products`, { method })).toMatchObject({ status: 403 });
    }
  });

  it('finds in config.json where to log in', async () => {
    const answer = await get('/config.json');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(await answer.json()).toEqual({
      issuer: stack.handles.issuer,
      client_id: 'gatebell-web',
      scopes: ['openid'],
      authorization_parameters: {},
      logout_parameters: {},
    });
    const discovery = await fetch(`${stack.handles.issuer}/.well-known/openid-configuration`);
    expect(z.object({ issuer: z.string() }).parse(await discovery.json()).issuer).toBe(stack.handles.issuer);
    // Nothing of a stage is built into the page itself.
    expect(await (await get(assetIn(entry))).text()).not.toContain(new URL(stack.handles.issuer).host);
  });
});

it('the API answers on the same origin with its own statuses, and no other origin may call it', async () => {
  expect(await stack.api('GET', '/api/users/me', { token: await stack.token('rita') })).toMatchObject({ status: 200 });
  const refused = await get('/api/users/me', { origin: 'https://elsewhere.example' });
  expect(refused.status).toBe(401);
  expect(refused.headers.has('access-control-allow-origin')).toBe(false);
  const unknown = await get('/api/nothing', { authorization: `Bearer ${await stack.token('rita')}` });
  expect(unknown.status).toBe(404);
  expect(unknown.headers.get('content-type')).toContain('application/json');
});

it.each(['/', '/assets/index-gone.js', '/config.json', '/api/users/me', '/api/openapi.json'])(
  'every answer of %s carries the security headers',
  async (path) => {
    const headers = Object.fromEntries((await get(path)).headers);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = (headers['content-security-policy'] ?? '').split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]),
    );
    expect(policy.join()).not.toContain('unsafe');
  },
);

it('the answers of the API are compressed for callers that accept it', async () => {
  const answer = await get('/api/openapi.json', { 'accept-encoding': 'gzip' });
  expect(Object.fromEntries(answer.headers)).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(await answer.json()).toMatchObject({ openapi: '3.1.0' });
  const plain = await get('/api/openapi.json', { 'accept-encoding': 'identity' });
  expect(plain.headers.has('content-encoding')).toBe(false);
});

describe("the API's own address", () => {
  const PATHS = ['/api/users/me', '/api/notifications', '/api/settings', '/api/openapi.json'];
  const callOf = async (origin: string, path: string, headers: Record<string, string> = {}) => {
    const authorization = `Bearer ${await stack.token('alice', { admin: true })}`;
    const answer = await fetch(`${origin}${path}`, { headers: { authorization, ...headers } });
    return { status: answer.status, text: await answer.text() };
  };
  const FORBIDDEN = { status: 403, text: '' };

  it.each(PATHS)('answers nothing at %s, whatever the caller adds', async (path) => {
    const { execute_api, web } = stack.handles;
    expect(await callOf(execute_api, path)).toEqual(FORBIDDEN);
    expect(await callOf(execute_api, path, { 'x-origin-secret': 'guessed' })).toEqual(FORBIDDEN);
    expect(await callOf(web, path)).toMatchObject({ status: 200 });
    // CloudFront replaces what the caller sends.
    expect(await callOf(web, path, { 'x-origin-secret': 'guessed' })).toMatchObject({ status: 200 });
  });

  it('changes nothing for those who call it with a token', async () => {
    const authorization = `Bearer ${await stack.token('olivia')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'Past the distribution' });
    const made = await fetch(`${stack.handles.execute_api}/api/products`, { method: 'POST', headers, body });
    expect(made.status).toBe(403);
    expect(JSON.stringify(await stack.items())).not.toContain('Past the distribution');
  });
});
