import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { useStack } from '../../use-stack.ts';

const stack = useStack();
let owner: string;
let members: string;

const created = z.object({ id: z.string() });
const memberPage = z.object({ results: z.array(z.object({ user: z.string(), role: z.string() })) });

beforeAll(async () => {
  owner = await stack.token('olivia');
  const answer = await stack.api('POST', '/api/products', { token: owner, body: { name: 'Payments' } });
  members = `/api/products/${created.parse(answer.json).id}/members`;
});

/** As the OpenAPI document says: encoded twice. */
const at = (user: string) => `${members}/${encodeURIComponent(encodeURIComponent(user))}`;
const put = (path: string) => stack.api('PUT', path, { token: owner, body: { role: 'reader' } });
const listed = async () => {
  const { json } = await stack.api('GET', `${members}?limit=100`, { token: owner });
  return memberPage.parse(json).results.map(({ user }) => user);
};
const me = async (name: string, claims: Record<string, unknown> = {}) =>
  await stack.api('GET', '/api/users/me', { token: await stack.token(name, { claims }) });

describe('the caller', () => {
  it.each([[['Cloud gatebell-administrators']], [['x, gatebell-administrators']], ['former gatebell-administrators']])(
    'is no administrator with the groups %j',
    async (groups) => {
      expect(await me('nora', { groups })).toMatchObject({ status: 200, json: { is_administrator: false } });
    },
  );

  it('is refused without the claim that names users, with a problem', async () => {
    const { status, headers, json } = await me('nora', { sub: null });
    expect(status).toBe(401);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(json).toMatchObject({ type: 'urn:gatebell:problem:not-authenticated', status: 401 });
  });

  it.each(['nora\u200b', 'nora ', '\u3164', 'client:ci', 'group:ops'])('is refused as %j', async (sub) => {
    expect((await me('nora', { sub })).status).toBe(401);
  });

  it('is refused with a token whose groups are more than the headers of a request may hold', async () => {
    const groups = (count: number) => Array.from({ length: count }, (_, index) => `department-number-${index}`);
    // By itself: API Gateway refuses it, and the OpenAPI document has the answers of the functions.
    const statusWith = async (count: number) => {
      const token = await stack.token('nora', { claims: { groups: groups(count) } });
      const answer = await fetch(`${stack.handles.api}/users/me`, { headers: { authorization: `Bearer ${token}` } });
      return answer.status;
    };
    expect(await statusWith(200)).toBe(200);
    expect(await statusWith(400)).toBe(431);
  });

  it('is a client by its grant, and no person of that name', async () => {
    expect((await put(at('client:ci'))).json).toEqual({ user: 'client:ci', role: 'reader' });
    const product = members.replace('/members', '');
    const read = async (client: boolean) =>
      (await stack.api('GET', product, { token: await stack.token('ci', { client }) })).status;
    expect([await read(true), await read(false)]).toEqual([200, 404]);
  });
});

describe('the name of a member', () => {
  it.each(['a/b', 'a%2fb', '50%', 'who?', 'a?b', '#1', 'a#b', 'ann smith', 'a+b', '愛', 'a&b=c;d', '%', '/', '?'])(
    'comes whole through a path: %s',
    async (user) => {
      expect(await put(at(user))).toMatchObject({ status: 200, json: { user } });
      expect(await listed()).toContain(user);
      expect((await stack.api('DELETE', at(user), { token: owner })).status).toBe(204);
      expect(await listed()).not.toContain(user);
    },
  );

  it('needs no second encoding where it has no percent sign', async () => {
    expect((await put(`${members}/ann%20smith`)).json).toMatchObject({ user: 'ann smith' });
    expect((await put(`${members}/50%25`)).json).toMatchObject({ errors: [{ path: 'user' }] });
  });

  it('is one, however it is spelled', async () => {
    for (const name of ['Zoe\u0308', 'ZO\u00cb', 'zo\u00eb']) {
      expect((await put(at(name))).json).toMatchObject({ user: 'zo\u00eb' });
    }
    expect((await listed()).filter((user) => user.startsWith('zo'))).toEqual(['zo\u00eb']);
    const token = await stack.token('nora', { claims: { sub: 'ZOE\u0308' } });
    expect((await stack.api('GET', members, { token })).status).toBe(200);
  });

  it.each(['rita ', ' rita', 'olivia\u200b', 'olivia\u202e', '\u3164', 'group:ops', 'client:'])(
    'is refused where no token can have it: %j',
    async (user) => {
      expect(await put(at(user))).toMatchObject({ status: 400, json: { errors: [{ path: 'user' }] } });
    },
  );
});
