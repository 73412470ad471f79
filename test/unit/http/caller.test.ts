import { describe, expect, it } from 'vitest';
import { type CallerClaims, hasScope, readCaller } from '../../../core/http/caller.ts';
import { bearer, eventOf } from '../../api-call.ts';

const names: CallerClaims = {
  userClaim: 'sub',
  userNamesIgnoreCase: false,
  groupsClaim: 'groups',
  administratorsGroup: 'ops',
  resourceServer: '',
};
const COGNITO: CallerClaims = {
  userClaim: 'username',
  userNamesIgnoreCase: true,
  groupsClaim: 'cognito:groups',
  administratorsGroup: 'ops',
  resourceServer: 'gatebell',
};

/** As API Gateway hands claims over: all text, a list as `[a b]`. */
const asText = (value: unknown): string => (Array.isArray(value) ? `[${value.join(' ')}]` : String(value));

const callerOf = (claims: Record<string, unknown>, of: CallerClaims = names) => {
  const event = eventOf('GET /api/users/me', { user: '', headers: { authorization: bearer(claims) } });
  event.requestContext.authorizer.jwt.claims = Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, asText(value)]),
  );
  return readCaller(event, of);
};

describe('an administrator', () => {
  const isAdministrator = (groups: unknown) => callerOf({ sub: 'olivia', groups })?.isAdministrator;

  it.each([[['ops']], [['staff', 'ops']], ['ops']])('has the whole name of the group: %j', (groups) => {
    expect(isAdministrator(groups)).toBe(true);
  });

  it.each([
    [['Cloud ops']],
    [['x, ops']],
    [['ops dev']],
    [['[ops]']],
    [['OPS']],
    [[' ops']],
    [[['ops']]],
    [[{ name: 'ops' }]],
    ['former ops'],
    ['dev,ops'],
    ['[ops]'],
    [{ ops: true }],
    [null],
    [true],
    [undefined],
  ])('is nobody whose groups are %j', (groups) => {
    expect(isAdministrator(groups)).toBe(false);
  });

  it('may be named by a group with a blank', () => {
    const of = { ...names, administratorsGroup: 'Cloud ops' };
    expect(callerOf({ sub: 'olivia', groups: ['Cloud ops'] }, of)?.isAdministrator).toBe(true);
    expect(callerOf({ sub: 'olivia', groups: ['Cloud', 'ops'] }, of)?.isAdministrator).toBe(false);
  });
});

describe('the name of a caller', () => {
  const user = (claims: Record<string, unknown>, of?: CallerClaims) => callerOf(claims, of)?.user ?? null;

  it('is the configured claim, and never the client through which a person came', () => {
    expect(user({ sub: 'u1', client_id: 'page' })).toBe('u1');
    expect(user({ sub: 'u1', client_id: 'page' }, COGNITO)).toBeNull();
    expect(user({ client_id: 'page' }, COGNITO)).toBeNull();
    expect(user({ client_id: 'page' })).toBeNull();
    expect(user({ sub: 'u1', username: '', client_id: 'page' }, COGNITO)).toBeNull();
    expect(user({ sub: 'u1', username: 'ann', client_id: 'page', token_use: 'access' }, COGNITO)).toBe('ann');
    expect(user({ sub: 'u1', username: 'ann', token_use: 'id' }, COGNITO)).toBeNull();
  });

  it.each([
    ['Cognito', { sub: 'c1', client_id: 'c1', token_use: 'access' }],
    ['RFC 9068', { sub: 'c1', client_id: 'c1', aud: 'gatebell' }],
    ['Okta', { sub: 'c1', cid: 'c1' }],
    ['Auth0', { sub: 'c1@clients', azp: 'c1', gty: 'client-credentials' }],
  ])('is the client by its grant, in the form of %s', (_, claims) => {
    expect(user(claims, COGNITO)).toBe('client:c1');
    expect(user(claims)).toBe('client:c1');
  });

  it('of a person who is called like a client is another', () => {
    expect(user({ sub: 'c1', client_id: 'page' })).toBe('c1');
    expect(user({ sub: 'u1', username: 'c1', client_id: 'page' }, COGNITO)).toBe('c1');
    expect(user({ sub: 'client:c1', client_id: 'page' })).toBeNull();
    expect(user({ sub: 'u1', username: 'Client:c1', client_id: 'page' }, COGNITO)).toBeNull();
    expect(user({ sub: 'group:ops', client_id: 'page' })).toBeNull();
  });

  it('ignores case where the login does, and not in the id of a client', () => {
    expect(user({ sub: 'Olivia' })).toBe('Olivia');
    expect(user({ sub: 'u1', username: 'Olivia' }, COGNITO)).toBe('olivia');
    expect(user({ sub: 'C1', client_id: 'C1' }, COGNITO)).toBe('client:C1');
  });

  it('is composed as NFC', () => {
    expect(user({ sub: 'zoe\u0308' })).toBe('zo\u00eb');
  });

  it.each([
    '',
    ' ',
    'rita ',
    ' rita',
    'a  b',
    'a\u00a0b',
    'a\nb',
    'x'.repeat(129),
    '.',
    '..',
    '\ud800',
    7,
    ['olivia'],
    null,
  ])('is not %j', (sub) => {
    expect(user({ sub, client_id: 'page' })).toBeNull();
  });

  it.each([
    '\u200b',
    '\u202e',
    '\u3164',
    '\uffa0',
    '\u115f',
    '\u00ad',
    '\u034f',
    '\ufe0f',
    '\ufeff',
    '\u{e0041}',
    '\u2800',
    '\u0085',
    '\u2028',
  ])('shows all of its characters: %j is refused', (invisible) => {
    expect(user({ sub: `olivia${invisible}` })).toBeNull();
    expect(user({ sub: `oli${invisible}via` })).toBeNull();
  });
});

describe('the token', () => {
  const withHeader = (authorization: string) => {
    const event = eventOf('GET /api/users/me', { user: '', headers: { authorization } });
    event.requestContext.authorizer.jwt.claims = { sub: 'olivia', groups: '[ops]' };
    return readCaller(event, names);
  };
  const good = bearer({ sub: 'olivia' });

  it('is read with its scheme or without, as API Gateway takes it', () => {
    expect(withHeader(good)?.user).toBe('olivia');
    expect(withHeader(good.replace('Bearer', 'bearer '))?.user).toBe('olivia');
    expect(withHeader(good.replace('Bearer ', ''))?.user).toBe('olivia');
  });

  it.each([
    '',
    'Bearer',
    'Bearer x',
    'Bearer a.b',
    'Bearer a.b.c',
    `${good},${good}`,
    `${good} ${good}`,
    `Basic ${good}`,
  ])('is the whole of the header, or nobody calls: %s', (header) => {
    expect(withHeader(header)).toBeNull();
  });
});

describe('a scope', () => {
  const holds = (claims: Record<string, unknown>, of?: CallerClaims) => {
    const caller = callerOf({ sub: 'c1', client_id: 'c1', ...claims }, of);
    return caller !== null && hasScope(caller, 'exceptions');
  };

  it.each([
    [{ scope: 'gatebell/exceptions' }],
    [{ scope: 'gatebell/api gatebell/exceptions' }],
    [{ scp: ['gatebell/exceptions'] }],
  ])("is our resource server's: %j", (claims) => {
    expect(holds(claims, COGNITO)).toBe(true);
  });

  it.each([
    [{ scope: 'exceptions' }],
    [{ scope: 'other/exceptions' }],
    [{ scope: 'other/gatebell/exceptions' }],
    [{ scope: 'gatebell/exceptions/x' }],
    [{ scope: 'GATEBELL/exceptions' }],
    [{ scope: ['gatebell/exceptions other'] }],
    [{}],
  ])("is no other's: %j", (claims) => {
    expect(holds(claims, COGNITO)).toBe(false);
  });

  it('has no prefix without a resource server', () => {
    expect(holds({ scope: 'openid exceptions' })).toBe(true);
    expect(holds({ scope: 'other/exceptions' })).toBe(false);
    expect(holds({ scope: '/exceptions' })).toBe(false);
  });
});
