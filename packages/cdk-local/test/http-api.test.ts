import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authorizer, createAuthorizer } from '../src/http/authorizer.ts';
import { functionResponse } from '../src/http/function-response.ts';
import { decodePath, requestEvent } from '../src/http/request-event.ts';
import { createRouteTable } from '../src/http/route-table.ts';
import { createThrottle } from '../src/http/throttle.ts';
import { type Listening, listen } from '../src/listen.ts';

describe('routes', () => {
  const routeKeys = [
    'GET /pets/dog/1',
    'GET /pets/dog/{id}',
    'GET /pets/{proxy+}',
    'ANY /pets/dog/{id}',
    'ANY /{proxy+}',
    '$default',
  ];
  // TemplateModel in the wrong order: the table has to sort them.
  const match = createRouteTable(routeKeys.toReversed().map((routeKey) => ({ routeKey })));
  test.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['PUT', '/pets/dog/2', 'ANY /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1/2', 'GET /pets/{proxy+}', { proxy: 'cat/1/2' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['GET', '/', '$default', {}],
  ])('%s %s', (method, path, routeKey, pathParameters) => {
    expect(match(method, path)).toEqual({ route: { routeKey }, pathParameters });
  });
  test('none fits', () => {
    const only = createRouteTable([{ routeKey: 'GET /a/{id}' }]);
    for (const path of ['/a', '/a/', '/a/b/c', '/b/1']) expect(only('GET', path)).toBeUndefined();
    expect(only('POST', '/a/1')).toBeUndefined();
  });
});

describe('the event', () => {
  const event = (over: Partial<Parameters<typeof requestEvent>[0]> = {}) =>
    requestEvent(
      {
        method: 'POST',
        url: '/api/a%20b?x=1&x=2&y=%26',
        rawHeaders: [
          'Content-Type',
          'application/json',
          'X-Many',
          'a',
          'x-many',
          'b',
          'Cookie',
          'one=1; two=2',
          'User-Agent',
          'test',
        ],
        body: Buffer.from('{"ä":1}'),
        sourceIp: '127.0.0.1',
        protocol: 'HTTP/1.1',
        ...over,
      },
      {
        routeKey: 'POST /api/{id}',
        path: '/api/a b',
        pathParameters: { id: 'a b' },
        jwt: { claims: { sub: 'user-1' }, scopes: null },
        requestId: 'r',
        at: new Date('2026-03-05T07:08:09Z'),
        accountId: '000000000000',
        apiId: 'api',
      },
    );
  test('has the form of payload 2.0', () => {
    expect(event()).toMatchObject({
      version: '2.0',
      routeKey: 'POST /api/{id}',
      rawPath: '/api/a b',
      rawQueryString: 'x=1&x=2&y=%26',
      cookies: ['one=1', 'two=2'],
      headers: { 'content-type': 'application/json', 'x-many': 'a,b' },
      queryStringParameters: { x: '1,2', y: '&' },
      pathParameters: { id: 'a b' },
      requestContext: {
        authorizer: { jwt: { claims: { sub: 'user-1' }, scopes: null } },
        http: { method: 'POST', path: '/api/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        stage: '$default',
        time: '05/Mar/2026:07:08:09 +0000',
        timeEpoch: 1772694489000,
      },
      body: '{"ä":1}',
      isBase64Encoded: false,
    });
    expect(event().headers).not.toHaveProperty('cookie');
  });
  test('carries other bodies as base64, and leaves out what is not there', () => {
    const binary = event({ rawHeaders: ['content-type', 'application/octet-stream'], body: Buffer.from([255, 0]) });
    expect(binary).toMatchObject({ body: '/wA=', isBase64Encoded: true });
    const bare = event({ url: '/api/x', rawHeaders: [], body: Buffer.alloc(0) });
    for (const key of ['body', 'cookies', 'queryStringParameters']) expect(bare).not.toHaveProperty(key);
    expect(bare).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
  });
  test.each([
    ['/members/a%20b', '/members/a b'],
    ['/members/a%23b', '/members/a#b'],
    ['/members/100%25', '/members/100%'],
    ['/members/a%2Fb', '/members/a/b'],
    ['/members/a%3Fb', '/members/a'],
    ['/members/a%3Fb/c?d=1', '/members/a'],
    ['/members/a%252Fb%253F%2523%2525', '/members/a%2Fb%3F%23%25'],
    ['/members/a+b', '/members/a+b'],
  ])('has the path decoded once, and cut at a question mark: %s', (url, path) => {
    expect(decodePath(url)).toBe(path);
  });
  test('takes a path that is no text for a bad request', () => {
    expect(decodePath('/api/%C3%A4?x=%')).toBe('/api/ä');
    expect(decodePath('/api/%E0%A4%A')).toBeUndefined();
  });
});

describe('the response', () => {
  test('is what the function says', () => {
    expect(
      functionResponse({ statusCode: 404, headers: { 'Content-Type': 'application/problem+json' }, body: '{}' }),
    ).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json' },
      body: Buffer.from('{}'),
    });
    expect(functionResponse({ statusCode: 200, body: '/wA=', isBase64Encoded: true })?.body).toEqual(
      Buffer.from([255, 0]),
    );
  });
  test('is inferred without a status, and an error with a wrong one', () => {
    expect(functionResponse({ a: 1 })).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"a":1}'),
    });
    expect(functionResponse('text')).toMatchObject({ status: 200, body: Buffer.from('text') });
    expect(functionResponse({ statusCode: 'many' })).toBeUndefined();
    expect(functionResponse({ statusCode: 200, body: { not: 'text' } })).toBeUndefined();
  });
});

describe('the authorizer', () => {
  let issuer: Listening;
  let authorize: Authorizer;
  let offsetMs = 0;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let otherKeys: typeof keys;
  let ellipticKeys: typeof keys;
  beforeAll(async () => {
    [keys, otherKeys] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
    ellipticKeys = await generateKeyPair('ES256');
    const published = async ({ publicKey }: typeof keys, kid: string) => ({ ...(await exportJWK(publicKey)), kid });
    const jwks = { keys: [await published(keys, 'k'), await published(ellipticKeys, 'e')] };
    issuer = await listen((incoming, response) => {
      const discovery = { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` };
      response.end(JSON.stringify(incoming.url === '/jwks' ? jwks : discovery));
    });
    authorize = createAuthorizer(() => new Date(Date.now() + offsetMs));
  });
  afterAll(() => issuer.stop());

  /** `undefined` takes a claim away. */
  const sign = (claims: Record<string, unknown>, key = keys.privateKey, header = { alg: 'RS256', kid: 'k' }) =>
    new SignJWT({ iss: issuer.url, aud: 'web', sub: 'user-1', exp: Math.floor(Date.now() / 1000) + 60, ...claims })
      .setProtectedHeader(header)
      .sign(key);
  const check = async (token: string | undefined, scopes: string[] = []) =>
    authorize(token, { issuer: issuer.url, audience: ['web'] }, scopes);
  const kind = async (token: string | undefined, scopes: string[] = []) => (await check(token, scopes)).kind;

  test('hands over the claims as text', async () => {
    const answer = await check(`Bearer ${await sign({ groups: ['a', 'b'], admin: true, nested: { x: 1 } })}`);
    expect(answer).toMatchObject({
      kind: 'allowed',
      claims: { sub: 'user-1', groups: '[a b]', admin: 'true', nested: '{"x":1}' },
      scopes: null,
    });
  });
  test('takes the token without its scheme, and the client id where there is no audience', async () => {
    expect(await kind(await sign({}))).toBe('allowed');
    expect(await kind(await sign({ aud: undefined, client_id: 'web' }))).toBe('allowed');
    expect(await kind(await sign({ aud: 'other', client_id: 'web' }))).toBe('unauthorized');
  });
  test('refuses another key, issuer, audience, a past end, a future begin, no end, no algorithm, no token', async () => {
    const now = Math.floor(Date.now() / 1000);
    const none = (await sign({}))
      .split('.')
      .with(0, Buffer.from('{"alg":"none"}').toString('base64url'))
      .with(2, '')
      .join('.');
    const tokens = [
      await sign({}, otherKeys.privateKey),
      await sign({ iss: 'http://elsewhere' }),
      await sign({ aud: ['other'] }),
      await sign({ exp: now - 1 }),
      await sign({ nbf: now + 60 }),
      await sign({ exp: undefined }),
      none,
      'nonsense',
      '',
      undefined,
    ];
    for (const token of tokens) expect(await kind(token), token).toBe('unauthorized');
  });
  // "How JWT authorizer works", API Gateway developer guide: only RSA-based algorithms are supported.
  test('refuses a valid signature that is not of RSA', async () => {
    expect(await kind(await sign({}, ellipticKeys.privateKey, { alg: 'ES256', kid: 'e' }))).toBe('unauthorized');
  });
  test('goes by the clock of the stack', async () => {
    const token = await sign({});
    offsetMs = 120_000;
    expect(await kind(token)).toBe('unauthorized');
    offsetMs = 0;
    expect(await kind(token)).toBe('allowed');
  });
  test('asks for one of the scopes', async () => {
    expect(await kind(await sign({}), ['orders'])).toBe('forbidden');
    expect(await kind(await sign({ scope: 'a orders' }), ['orders'])).toBe('allowed');
    expect(await kind(await sign({ scp: ['orders'] }), ['orders'])).toBe('allowed');
  });
});

describe('the throttle', () => {
  const route = { routeKey: 'POST /api/orders', throttle: { perSecond: 10, burst: 3 } };
  const start = () => {
    let nowMs = 0;
    const admit = createThrottle(() => nowMs);
    const admitted = (of: Parameters<typeof admit>[0], times: number): number =>
      Array.from({ length: times }, () => admit(of)).filter(Boolean).length;
    return {
      admitted,
      pass: (ms: number) => {
        nowMs += ms;
      },
    };
  };

  test('admits a burst, then as many as its rate brings, and no more than a burst after a pause', () => {
    const { admitted, pass } = start();
    expect(admitted(route, 5)).toBe(3);
    pass(200);
    expect(admitted(route, 5)).toBe(2);
    pass(50);
    expect(admitted(route, 5)).toBe(0);
    pass(50);
    expect(admitted(route, 5)).toBe(1);
    pass(3_600_000);
    expect(admitted(route, 5)).toBe(3);
  });

  test('counts each route separately, and a route without one is unlimited', () => {
    const { admitted } = start();
    expect(admitted(route, 5)).toBe(3);
    expect(admitted({ ...route, routeKey: 'GET /api/customers' }, 5)).toBe(3);
    expect(admitted({ routeKey: 'GET /', throttle: undefined }, 1_000)).toBe(1_000);
  });
});
