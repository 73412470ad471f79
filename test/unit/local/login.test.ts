/** The page's login, step by step, as a browser goes through it. */
import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { SIGN_IN } from '../../../local/people.ts';
import { type Listening, listen } from '../../../packages/cdk-local/src/listen.ts';
import { createLogin, type Login } from '../../../packages/cdk-local/src/login/login.ts';
import { signingKey } from '../../../packages/cdk-local/src/login/signing-key.ts';

let server: Listening;
let login: Login | undefined;
let issuer: string;
let web: string;

const Tokens = z.object({ access_token: z.string(), id_token: z.string(), refresh_token: z.string().optional() });

beforeAll(async () => {
  server = await listen(async (incoming, response) => login?.handle(incoming, response));
  web = `http://localhost:${server.port}`;
  issuer = `${web}/oidc`;
  login = createLogin({ issuer, web, key: await signingKey(undefined), signIn: SIGN_IN });
});
afterAll(() => server.stop());

/** Follows no redirect, and keeps cookies as a browser does. */
function browser() {
  const jar = new Map<string, string>();
  return async (url: string, init: RequestInit = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', ...init, headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    return response;
  };
}
const locationOf = (response: Response) => new URL(response.headers.get('location') ?? '', web).href;

async function logIn(name: string, scope: string) {
  const visit = browser();
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: 'gatebell-web',
    response_type: 'code',
    redirect_uri: `${web}/callback`,
    scope,
    state: 'kept',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const loginUrl = locationOf(await visit(`${issuer}/auth?${query}`));
  const page = await (await visit(loginUrl)).text();
  const submitted = await visit(loginUrl, { method: 'POST', body: new URLSearchParams({ name }) });
  const callback = new URL(locationOf(await visit(locationOf(submitted))));
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'gatebell-web',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: `${web}/callback`,
      code_verifier: verifier,
    }),
  });
  return { page, callback, visit, tokens: Tokens.parse(await answer.json()) };
}

const renew = (refreshToken: string | undefined) =>
  fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'gatebell-web',
      refresh_token: refreshToken ?? '',
    }),
  });

test('a person picks a name and comes back with tokens for the API', async () => {
  const { page, callback, tokens } = await logIn('alice', 'openid');
  expect(page).toContain('olivia');
  expect(callback.searchParams.get('state')).toBe('kept');
  expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'RS256' });
  expect(decodeJwt(tokens.access_token)).toMatchObject({
    iss: issuer,
    sub: 'alice',
    aud: 'gatebell',
    client_id: 'gatebell-web',
    groups: ['gatebell-administrators'],
  });
  expect(decodeJwt(tokens.id_token)).toMatchObject({ sub: 'alice', groups: ['gatebell-administrators'] });
});

test('any other name logs in without groups', async () => {
  const { tokens } = await logIn('<somebody>', 'openid exceptions');
  expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: '<somebody>', groups: [], scope: 'exceptions' });
});

test('a name has one spelling', async () => {
  const { tokens } = await logIn(' ALICE ', 'openid');
  expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: 'alice', groups: ['gatebell-administrators'] });
});

test('a name that nobody can see whole is refused', async () => {
  await expect(logIn('ali\u200bce', 'openid')).rejects.toThrow();
});

test('tokens are renewed without a redirect, by a refresh token that comes with the scope openid', async () => {
  const { tokens } = await logIn('rita', 'openid');
  const { access_token } = Tokens.parse(await (await renew(tokens.refresh_token)).json());
  expect(decodeJwt(access_token)).toMatchObject({ sub: 'rita', aud: 'gatebell' });
});

test('logging out asks nothing, and ends the session', async () => {
  const { tokens, visit } = await logIn('rita', 'openid');
  const query = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: `${web}/` });
  const page = await (await visit(`${issuer}/session/end?${query}`)).text();
  // What the page's own script does: it presses the one button of the provider's form.
  const [, action = ''] = /action="([^"]+)"/.exec(page) ?? [];
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page) ?? [];
  expect(page).toContain('<script>');
  const answer = await visit(action, { method: 'POST', body: new URLSearchParams({ xsrf, logout: 'yes' }) });
  expect(locationOf(answer)).toBe(`${web}/`);
  expect(await renew(tokens.refresh_token)).toMatchObject({ status: 400 });
});

test('tokens live as long as was asked for, and no longer renew when all logins are ended', async () => {
  login?.setTokenSeconds(3);
  const { tokens } = await logIn('rita', 'openid');
  const { iat = 0, exp = 0 } = decodeJwt(tokens.access_token);
  expect(exp - iat).toBe(3);
  login?.forgetAll();
  expect(await renew(tokens.refresh_token)).toMatchObject({ status: 400 });
  login?.setTokenSeconds(3600);
});

test('a login that nobody began is refused in words', async () => {
  const response = await fetch(`${issuer}/login/never`);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('begin again');
});
