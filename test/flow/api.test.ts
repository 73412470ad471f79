import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startTestStack, type TestStack } from '../stack.ts';

let stack: TestStack;
let tokens: Record<'admin' | 'owner' | 'maintainer' | 'upload' | 'reader' | 'stranger', string>;
let productId: string;

const created = z.object({ id: z.string() });
const COUNTS = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
const SLACK = 'https://hooks.slack.com/services/T000/B000/secret';

beforeAll(async () => {
  stack = await startTestStack();
  tokens = {
    admin: await stack.token('alice', { admin: true }),
    owner: await stack.token('olivia'),
    maintainer: await stack.token('mike'),
    upload: await stack.token('ci'),
    reader: await stack.token('rita'),
    stranger: await stack.token('nora'),
  };
  const body = { name: 'Payments', notification_slack_webhook: SLACK };
  productId = created.parse((await stack.api('POST', '/api/products', { token: tokens.owner, body })).json).id;
  const roles = { mike: 'maintainer', ci: 'upload', rita: 'reader' };
  for (const [user, role] of Object.entries(roles)) {
    const put = { token: tokens.owner, body: { role } };
    expect(await stack.api('PUT', `/api/products/${productId}/members/${user}`, put)).toMatchObject({ status: 200 });
  }
});
afterAll(() => stack.stop());

describe('a product', () => {
  const make = async (name: string, fields = {}) => {
    const answer = await stack.api('POST', '/api/products', { token: tokens.owner, body: { name, ...fields } });
    expect(answer.status).toBe(201);
    return created.parse(answer.json).id;
  };

  it('shows its webhooks to maintainers and administrators alone', async () => {
    const id = await make('Secrets', { notification_slack_webhook: SLACK });
    await stack.api('PUT', `/api/products/${id}/members/rita`, { token: tokens.owner, body: { role: 'reader' } });
    const get = async (token: string) => (await stack.api('GET', `/api/products/${id}`, { token })).text;
    expect(await get(tokens.owner)).toContain(SLACK);
    expect(await get(tokens.admin)).toContain(SLACK);
    expect(await get(tokens.reader)).not.toContain('B000/secret');
    expect(await get(tokens.reader)).not.toContain('T000');
    expect(await get(tokens.reader)).toContain('https://hooks.slack.com/***');
    expect((await stack.api('GET', '/api/products', { token: tokens.owner })).text).not.toContain('T000');
  });

  it('has a name of its own, ignoring case', async () => {
    await make('Ledger');
    const again = await stack.api('POST', '/api/products', { token: tokens.stranger, body: { name: 'LEDGER' } });
    expect(again).toMatchObject({ status: 409, json: { errors: [{ path: 'name' }] } });
  });

  it('loses no update of two writers, and refuses one that has not seen the latest version', async () => {
    const id = await make('Contended');
    const patch = (body: object, headers = {}) =>
      stack.api('PATCH', `/api/products/${id}`, { token: tokens.owner, body, headers });
    const writes = Array.from({ length: 8 }, (_, n) =>
      n % 2 === 0
        ? patch({ description: `d${n}` })
        : patch({ [`security_gate_threshold_${n % 4 === 1 ? 'low' : 'high'}`]: n }),
    );
    expect((await Promise.all(writes)).map(({ status }) => status)).toEqual(writes.map(() => 200));
    const read = await stack.api('GET', `/api/products/${id}`, { token: tokens.owner });
    expect(read.headers.get('etag')).toBe('"9"');
    expect(read.json).toMatchObject({
      description: expect.stringMatching(/^d/),
      security_gate_threshold_low: expect.any(Number),
    });
    expect((await patch({ description: 'old' }, { 'if-match': '"8"' })).status).toBe(412);
    expect((await patch({ description: 'new' }, { 'if-match': '"9"' })).status).toBe(200);
  });

  it('keeps its last owner', async () => {
    const id = await make('Owned');
    const members = `/api/products/${id}/members/olivia`;
    expect((await stack.api('DELETE', members, { token: tokens.owner })).status).toBe(409);
    expect((await stack.api('PUT', members, { token: tokens.admin, body: { role: 'reader' } })).status).toBe(409);
  });

  it('is listed to members and administrators, page by page, by name', async () => {
    for (let n = 0; n < 5; n += 1) await make(`Listed ${n}`);
    const list = async (query: string, token = tokens.owner) => {
      const answer = await stack.api('GET', `/api/products?${query}`, { token });
      expect(answer.status).toBe(200);
      return z
        .object({ results: z.array(z.object({ name: z.string() })), next: z.string().nullable() })
        .parse(answer.json);
    };
    for (const [order, token] of [
      ['name', tokens.owner],
      ['-created', tokens.admin],
      ['-updated', tokens.admin],
      ['name', tokens.admin],
    ] as const) {
      const query = `name=listed&order=${order}&limit=3`;
      const { results, next } = await list(query, token);
      const { results: others } = await list(`${query}&cursor=${next}`, token);
      const sorted = ['Listed 0', 'Listed 1', 'Listed 2', 'Listed 3', 'Listed 4'];
      const names = [...results, ...others].map(({ name }) => name);
      expect(names, order).toEqual(order === 'name' ? sorted : sorted.toReversed());
    }
    const first = await list('name=listed&limit=3');
    expect((await list('name=listed', tokens.stranger)).results).toEqual([]);
    const foreign = `/api/products?name=listed&limit=3&cursor=${first.next}`;
    expect((await stack.api('GET', foreign, { token: tokens.admin })).status).toBe(400);
  });
});

describe('bad input', () => {
  const paths = (json: unknown) =>
    z
      .object({ errors: z.array(z.object({ path: z.string() })) })
      .parse(json)
      .errors.map(({ path }) => path);

  it.each([
    ['POST', '/api/products', { name: 'X', colour: 'red' }, 'colour'],
    ['POST', '/api/products', { name: 7 }, 'name'],
    ['POST', '/api/products', {}, 'name'],
    ['POST', '/api/products', { name: 'X', notification_email_to: 'a@b, ,c' }, 'notification_email_to'],
    [
      'POST',
      '/api/products',
      { name: 'X', notification_slack_webhook: 'http://hooks.slack.com/x' },
      'notification_slack_webhook',
    ],
    [
      'POST',
      '/api/products',
      { name: 'X', notification_slack_webhook: 'https://evil.example.org/x' },
      'notification_slack_webhook',
    ],
    [
      'POST',
      '/api/products',
      { name: 'X', notification_ms_teams_webhook: 'https://10.0.0.1/x' },
      'notification_ms_teams_webhook',
    ],
    ['POST', '/api/products', { name: 'X', security_gate_threshold_low: -1 }, 'security_gate_threshold_low'],
    ['PUT', '/api/products/ID/observation_counts', { ...COUNTS, critical: -1 }, 'critical'],
    ['PUT', '/api/products/ID/observation_counts', { ...COUNTS, critical: 1e300 }, 'critical'],
    ['PUT', '/api/products/ID/observation_counts', { critical: 1 }, 'high'],
    ['PUT', '/api/products/ID/members/rita', { role: 'king' }, 'role'],
    ['PATCH', '/api/settings', { exception_rate_limit: -1 }, 'exception_rate_limit'],
    ['PATCH', '/api/settings', { base_url_frontend: 'ftp://x' }, 'base_url_frontend'],
    ['PATCH', '/api/settings', {}, ''],
  ] as const)('%s %s %j is refused for %j', async (method, path, body, wrong) => {
    const before = (await stack.items()).length;
    const answer = await stack.api(method, path.replace('ID', productId), { token: tokens.admin, body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(paths(answer.json)).toContain(wrong);
    expect((await stack.items()).length).toBe(before);
  });

  it.each([
    ['not JSON', '{"name":', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['empty', '', 400],
    ['over 1 MB', JSON.stringify({ name: 'X', description: 'x'.repeat(1_000_001) }), 413],
  ])('a body that is %s is refused', async (_, body, status) => {
    const response = await fetch(`${stack.handles.api}/products`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.owner}`, 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it('of a query is refused', async () => {
    for (const query of ['limit=0', 'limit=101', 'limit=ten', 'cursor=x', 'colour=red', 'order=size', 'gate=open']) {
      const answer = await stack.api('GET', `/api/products?${query}`, { token: tokens.owner });
      expect(answer.status, query).toBe(400);
      expect(paths(answer.json)).toEqual([query.split('=')[0]]);
    }
  });
});

it('turns away what is beyond the throttle of a route, before it looks at the token, and no other route', async () => {
  const calls = Array.from({ length: 300 }, () => stack.api('POST', '/api/settings/test_notification', {}));
  const { 429: turnedAway = [], 401: refused = [] } = Object.groupBy(await Promise.all(calls), ({ status }) => status);
  expect(turnedAway[0]).toMatchObject({ json: { message: 'Too Many Requests' } });
  expect(refused.length).toBeGreaterThanOrEqual(50);
  expect(turnedAway.length + refused.length).toBe(300);
  expect(await stack.api('GET', '/api/settings', {})).toMatchObject({ status: 401 });
});
