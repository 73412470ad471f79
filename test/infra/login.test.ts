import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hasScope, readCaller } from '../../core/http/caller.ts';
import type { StageConfiguration } from '../../lib/configuration.ts';
import { bearer, eventOf } from '../api-call.ts';
import { SynthesizedStack } from './synthesized-stack.ts';

const COGNITO: StageConfiguration['login'] = {
  kind: 'cognito',
  administratorsGroup: 'administrators',
  machines: { ci: { reportsExceptions: false }, 'nightly-import': { reportsExceptions: true } },
};

const synthesized = new SynthesizedStack({ login: COGNITO });
const openId = new SynthesizedStack();

const clientSchema = z.object({
  GenerateSecret: z.boolean(),
  AllowedOAuthFlows: z.array(z.string()),
  AllowedOAuthScopes: z.array(z.json()),
  CallbackURLs: z.array(z.json()).default([]),
  LogoutURLs: z.array(z.json()).default([]),
});
const client = (name: string) => {
  const { AllowedOAuthScopes, CallbackURLs, LogoutURLs, ...rest } = clientSchema.parse(
    synthesized.one('AWS::Cognito::UserPoolClient', `Login/${name}`).properties,
  );
  const texts = (values: z.infer<ReturnType<typeof z.json>>[]) => values.map((value) => synthesized.text(value));
  return { ...rest, scopes: texts(AllowedOAuthScopes), callbacks: texts(CallbackURLs), logouts: texts(LogoutURLs) };
};

const jwtOf = (stack: SynthesizedStack) => {
  const { JwtConfiguration } = z
    .object({ JwtConfiguration: z.object({ Audience: z.array(z.json()), Issuer: z.json() }) })
    .parse(stack.all('AWS::ApiGatewayV2::Authorizer')[0]?.properties);
  return {
    audience: JwtConfiguration.Audience.map((value) => stack.text(value)),
    issuer: stack.text(JwtConfiguration.Issuer),
  };
};

describe("the stack's own user pool", () => {
  it('is who the API believes, for the clients of the stack', () => {
    expect(jwtOf(synthesized)).toEqual({
      issuer: 'Login/Users.ProviderURL',
      audience: ['Login/Page', 'Login/Machine-ci', 'Login/Machine-nightly-import'],
    });
  });

  it("doesn't allow self sign-up, and accepts a second factor", () => {
    expect(synthesized.one('AWS::Cognito::UserPool', 'Login/Users').properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    });
  });

  it('invites people to the page, with all that they need to sign in', () => {
    const { AdminCreateUserConfig } = z
      .object({ AdminCreateUserConfig: z.object({ InviteMessageTemplate: z.object({ EmailMessage: z.json() }) }) })
      .parse(synthesized.one('AWS::Cognito::UserPool', 'Login/Users').properties);
    const message = synthesized.text(AdminCreateUserConfig.InviteMessageTemplate.EmailMessage);
    // Cognito refuses a template without either of the two.
    for (const part of ['<a href="https://Web/Distribution.DomainName/">', '{username}', '{####}'])
      expect(message).toContain(part);
  });

  it('has the group of the administrators', () => {
    expect(synthesized.all('AWS::Cognito::UserPoolGroup').map(({ properties }) => properties['GroupName'])).toEqual([
      'administrators',
    ]);
  });

  it('signs the page in by a code, without a secret, and sends people back to the page only', () => {
    expect(client('Page')).toMatchObject({ GenerateSecret: false, AllowedOAuthFlows: ['code'], scopes: ['openid'] });
    expect(client('Page').callbacks).toEqual(['https://Web/Distribution.DomainName/callback']);
    expect(client('Page').logouts).toEqual(['https://Web/Distribution.DomainName/']);
  });

  it('gives a machine a secret, and the scope of exceptions only where it says so', () => {
    const secret = { GenerateSecret: true, AllowedOAuthFlows: ['client_credentials'] };
    expect(client('Machine-ci')).toMatchObject({ ...secret, scopes: ['Login/Users/Api/api'] });
    expect(client('Machine-nightly-import')).toMatchObject({
      ...secret,
      scopes: ['Login/Users/Api/api', 'Login/Users/Api/exceptions'],
    });
  });

  it('names its clients in the outputs', () => {
    const outputs = synthesized.template.toJSON()['Outputs'];
    expect(Object.keys(outputs)).toEqual(
      expect.arrayContaining([
        'CiClientId',
        'NightlyImportClientId',
        'TokenUrl',
        'UserPoolId',
        'NextStep1',
        'NextStep2',
      ]),
    );
  });

  it('takes the prefix of the login pages that is configured', () => {
    const named = new SynthesizedStack({ login: { ...COGNITO, domainPrefix: 'our-gatebell' } });
    expect(named.all('AWS::Cognito::UserPoolDomain')[0]?.properties).toMatchObject({ Domain: 'our-gatebell' });
  });
});

// Shapes: "Understanding the access token" in Amazon Cognito's developer guide.
describe('a token of the user pool, as the functions read it', () => {
  const { Environment } = z
    .object({ Environment: z.object({ Variables: z.record(z.string(), z.json()) }) })
    .parse(synthesized.one('AWS::Lambda::Function', 'Api/Products').properties);
  const variable = (name: string) => z.string().parse(Environment.Variables[name]);
  const names = {
    userClaim: variable('USER_CLAIM'),
    userNamesIgnoreCase: variable('USER_NAMES_IGNORE_CASE') === 'true',
    groupsClaim: variable('GROUPS_CLAIM'),
    administratorsGroup: variable('ADMINISTRATORS_GROUP'),
    resourceServer: variable('RESOURCE_SERVER'),
  };
  const callerWith = (claims: Record<string, unknown>) =>
    readCaller(eventOf('GET /api/users/me', { user: '', headers: { authorization: bearer(claims) } }), names);

  it('of a person has their user name and groups', () => {
    const token = { sub: 'a1b2', username: 'alice', client_id: 'page', token_use: 'access', scope: 'openid' };
    expect(callerWith(token)).toMatchObject({ user: 'alice', isAdministrator: false });
    expect(callerWith({ ...token, 'cognito:groups': ['staff', 'administrators'] })).toMatchObject({
      user: 'alice',
      isAdministrator: true,
    });
  });

  it('names one user, in any spelling that the login page accepts', () => {
    expect(synthesized.one('AWS::Cognito::UserPool', 'Login/Users').properties).toMatchObject({
      UsernameConfiguration: { CaseSensitive: false },
    });
    expect(callerWith({ sub: 'a1b2', username: 'Alice', client_id: 'page', token_use: 'access' })?.user).toBe('alice');
  });

  it('of a machine names its client, which is what is made a member of a product', () => {
    const token = { sub: 'c1i2', client_id: 'c1i2', token_use: 'access', scope: 'gatebell/api gatebell/exceptions' };
    const caller = callerWith(token);
    expect(caller).toMatchObject({ user: 'client:c1i2', isAdministrator: false });
    expect(caller && hasScope(caller, 'exceptions')).toBe(true);
  });

  it('for the page itself, an id token, is none', () => {
    expect(callerWith({ sub: 'a1b2', 'cognito:username': 'alice', aud: 'page', token_use: 'id' })).toBeNull();
  });
});

describe('a provider that is there already', () => {
  it('is who the API believes, and no user pool is made', () => {
    expect(jwtOf(openId)).toEqual({ issuer: 'https://login.example.org', audience: ['gatebell', 'gatebell-ci'] });
    expect(openId.all('AWS::Cognito::UserPool')).toEqual([]);
  });
});
