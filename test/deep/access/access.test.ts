import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startTestStack, type TestStack } from '../../stack.ts';
import { ACCESS, BULK_RESULTS, CALLERS, type CallerName, type Row } from './access-table.ts';
import { badTokens } from './bad-tokens.ts';
import { makeObjects, type Objects, type Parameters, USERS } from './objects.ts';

let stack: TestStack;
let objects: Objects;
let made = 0;

beforeAll(async () => {
  stack = await startTestStack();
  objects = await makeObjects(stack);
}, 120_000);
afterAll(() => stack.stop());

/** Only the functions behind the API: the others go on with what was written before. */
const API_FUNCTIONS = new Set(['products', 'settings', 'notifications', 'exceptions', 'test-notifications', 'openapi']);

/** The items that calls of the API wrote, of all that came after a call of the gate. */
const writesSince = async (since: number) =>
  (await stack.calls({ since })).calls.filter((call) => API_FUNCTIONS.has(call.function) && call.itemsWritten > 0);

const lastCall = async () => (await stack.calls()).calls.at(-1)?.sequence ?? 0;

const filled = (text: string, parameters: Parameters): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? `no ${name}`);

const parametersFor = async (row: Row, caller: CallerName, isAllowed: boolean): Promise<Parameters> => {
  const found = row.fresh && isAllowed ? await objects.fresh(row.about) : objects.shared[row.about];
  made += 1;
  const unique = `unique ${made}`;
  return { ...found, unique, ...(row.self && caller !== 'nobody' && { user: USERS[caller] }) };
};

const bulkOf = (row: Row) => BULK_RESULTS[row.route.split('/').at(-1) ?? '']?.[row.about];

/** What a row expects of each caller: a status, and of the bulk calls what they say of the one id. */
const expectations = (row: Row) =>
  CALLERS.map((caller, at) => {
    const status = row.statuses[at] ?? 0;
    const result = bulkOf(row)?.[at];
    const isAllowed = status < 300 && !['forbidden', 'not_found'].includes(result ?? '');
    return { caller, expected: result === undefined ? status : `${status} ${result}`, isAllowed };
  });

const Results = z.object({ results: z.tuple([z.object({ result: z.string() })]) });

const attempt = async (row: Row, caller: CallerName, isAllowed: boolean) => {
  const parameters = await parametersFor(row, caller, isAllowed);
  const [method = '', path = ''] = row.route.split(' ');
  const body: unknown = row.body === undefined ? undefined : JSON.parse(filled(JSON.stringify(row.body), parameters));
  const answer = await stack.api(method, filled(path, parameters), { token: objects.tokens[caller], body });
  const bulk = Results.safeParse(answer.json);
  const isBulk = bulkOf(row) !== undefined && bulk.success;
  return isBulk ? `${answer.status} ${bulk.data.results[0].result}` : answer.status;
};

describe('each role', () => {
  it.each(ACCESS.map((row) => [row.route, row.about, row] as const))('%s, %s', async (_route, _about, row) => {
    const of = expectations(row);
    const answers = new Map<CallerName, string | number>();
    const since = await lastCall();
    for (const { caller, isAllowed } of of.filter((one) => !one.isAllowed)) {
      answers.set(caller, await attempt(row, caller, isAllowed));
    }
    expect(await writesSince(since), 'a refusal writes nothing').toEqual([]);
    for (const { caller, isAllowed } of of.filter((one) => one.isAllowed)) {
      answers.set(caller, await attempt(row, caller, isAllowed));
    }
    expect(CALLERS.map((caller) => [caller, answers.get(caller)])).toEqual(
      of.map(({ caller, expected }) => [caller, expected]),
    );
  });
});

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'] as const;

/** CloudFront hands the API the methods it knows, and refuses the others itself. */
const refusalOf = (method: (typeof METHODS)[number]) => {
  if (method === 'PROPFIND') return [403, 'This distribution does not allow that method.\n'];
  return [404, method === 'HEAD' ? '' : '{"message":"Not Found"}'];
};

describe('what is not listed', () => {
  const paths = [...new Set(ACCESS.map(({ route }) => route.split(' ')[1] ?? ''))];
  const listed = ACCESS.map(({ route }) => new RegExp(`^${route.replace(/\{\w+\}/g, '[^/]+')}$`));
  const unlisted = (path: string) =>
    METHODS.filter((method) => !listed.some((route) => route.test(`${method} ${path}`)));

  it.each(paths)('reaches no function: other methods of %s', async (path) => {
    const since = await lastCall();
    for (const method of unlisted(path)) {
      for (const token of [objects.tokens.admin, undefined]) {
        const { status, text } = await stack.api(method, filled(path, objects.shared.own), { token });
        expect([method, status, text]).toEqual([method, ...refusalOf(method)]);
      }
    }
    const called = (await stack.calls({ since })).calls.filter((call) => API_FUNCTIONS.has(call.function));
    expect(called).toEqual([]);
  });

  it.each([
    '/api/',
    '/api/products/',
    '/api//products',
    '/api/products/x/y',
    '/api/products/..%2Fsettings',
    '/api/settings%2F',
    '/api/notifications/x/deliveries/y',
    '/api/openapi.json/x',
  ])('is not there: %s', async (path) => {
    const headers = { authorization: `Bearer ${objects.tokens.admin}` };
    expect((await fetch(`${stack.handles.web}${path}`, { headers })).status).toBe(404);
  });

  it.each(['/api', '/API/products'])('is a view of the page and reaches no function: %s', async (path) => {
    const since = await lastCall();
    const headers = { authorization: `Bearer ${objects.tokens.admin}` };
    const answer = await fetch(`${stack.handles.web}${path}`, { headers });
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    const called = (await stack.calls({ since })).calls.filter((call) => API_FUNCTIONS.has(call.function));
    expect(called).toEqual([]);
  });

  it.each(['x-http-method-override', 'x-method-override', 'x-http-method'])(
    'is no method by the header %s',
    async (name) => {
      const headers = { [name]: 'DELETE' };
      const path = `/api/products/${objects.shared.own['product_id']}`;
      expect(await stack.api('GET', path, { token: objects.tokens.owner, headers })).toMatchObject({ status: 200 });
      expect(await stack.api('GET', path, { token: objects.tokens.owner })).toMatchObject({ status: 200 });
    },
  );
});

describe('a token', () => {
  it('that is whole, ours and of today says who calls', async () => {
    const me = await stack.api('GET', '/api/users/me', { token: objects.tokens.owner });
    expect(me.json).toEqual({ user: 'olivia', is_administrator: false });
  });

  it('that is wrong in any one thing opens nothing', async () => {
    const since = await lastCall();
    const bad = await badTokens(stack);
    const statuses: Record<string, number> = {};
    for (const [what, token] of Object.entries(bad)) {
      statuses[what] = (await stack.api('GET', '/api/settings', { token })).status;
    }
    expect(statuses).toEqual(Object.fromEntries(Object.keys(bad).map((what) => [what, 401])));
    expect((await stack.calls({ since })).calls.filter((call) => API_FUNCTIONS.has(call.function))).toEqual([]);
  });

  it.each([
    ['another scope', 'exception'],
    ['a scope that only begins like it', 'exceptions.read'],
    ['the scope in capitals', 'EXCEPTIONS'],
    ["another resource server's scope", 'other/exceptions'],
  ])('with %s reports no exception', async (_, scope) => {
    const token = await stack.token('importer', { scope });
    const body = { exception_class: 'E', message: 'm', function: 'f' };
    expect(await stack.api('POST', '/api/exceptions', { token, body })).toMatchObject({ status: 403 });
  });

  it.each(['gatebell-administrator', 'GATEBELL-ADMINISTRATORS', 'not-gatebell-administrators'])(
    'with the group %s is no administrator',
    async (group) => {
      const token = await stack.token('olivia', { groups: [group] });
      expect(await stack.api('GET', '/api/settings', { token })).toMatchObject({ status: 403 });
    },
  );
});
