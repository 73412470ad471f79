import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import configuration from '../../gatebell.config.ts';
import { configurationSchema, readConfiguration } from '../../lib/configuration.ts';
import { keysAt } from '../../lib/known-keys.ts';

const LOGIN = { kind: 'cognito' };
const OPENID = {
  kind: 'openid',
  issuer: 'https://login.example.org',
  audience: ['gatebell'],
  administratorsGroup: 'ops',
  pageClientId: 'gatebell-page',
};

const PLACE = { account: '111122223333', region: 'eu-central-1' };

const REPORTS = { reportsExceptions: false };

const read = (stage: object) => readConfiguration({ stages: { prod: stage } }, 'my.config.ts')['prod'];

/** What is said of a stage: the lines after the first. */
const complaintsAbout = (stage: object): string[] => {
  try {
    read(stage);
    return [];
  } catch (error) {
    const [first, ...lines] = String(error).split('\n');
    expect(first).toBe("Error: my.config.ts can't be used:");
    return lines;
  }
};

describe('the committed configuration', () => {
  it('can be used as it is', () => {
    expect(readConfiguration(configuration, 'gatebell.config.ts')).toHaveProperty('prod');
  });
});

describe('the deployment guide', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');

  it('has a stage that can be used, with keys that are there', async () => {
    const [, stage = ''] = /^```ts\n(prod: \{.*?\n\},\n)```$/ms.exec(guide) ?? [];
    const module: unknown = await import(`data:text/javascript,export default {${encodeURIComponent(stage)}}`);
    const { default: stages } = z.object({ default: z.unknown() }).parse(module);
    expect(readConfiguration({ stages }, 'docs/deploy.md')['prod']).toMatchObject({ accountConcurrency: 10 });
  });

  it('describes every key of a stage', () => {
    const described = new Set([...guide.matchAll(/^\| (`.+?) \| /gm)].flatMap(([, keys = '']) => keys.match(/\w+/g)));
    const hidden = ['originSecretVersion'];
    const keys = keysAt(configurationSchema, ['stages', 'prod']);
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter((key) => !described.has(key) && !hidden.includes(key))).toEqual([]);
  });

  it('shows what a wrong key is answered with', () => {
    const [, complaint = ''] = /^```\n(gatebell\.config\.ts can't be used:\n.*?)\n```$/ms.exec(guide) ?? [];
    const wrong = { stages: { prod: { login: LOGIN, alarmMail: 'ops@example.org' } } };
    expect(() => readConfiguration(wrong, 'gatebell.config.ts')).toThrow(complaint);
    expect(complaint).toContain('Did you mean');
  });
});

describe('what is left out', () => {
  it('keeps data and logs, allows no more hosts, and makes a client for CI that reports no exceptions', () => {
    expect(read({ login: LOGIN })).toEqual({
      login: {
        kind: 'cognito',
        administratorsGroup: 'gatebell-administrators',
        machines: { ci: { reportsExceptions: false } },
      },
      webhookHosts: [],
      eventBuses: [],
      logRetentionDays: 90,
      keepDataOnRemoval: true,
      mailsPerSecond: 14,
      targetIntervals: { webhookSeconds: 10, emailSeconds: 60 },
      accountConcurrency: 1000,
      originSecretVersion: 1,
    });
  });

  it('is the client for CI beside other machines, unless it is left out by name', () => {
    const machinesOf = (machines: object) => read({ login: { ...LOGIN, machines } })?.login;
    const importer = { reportsExceptions: true };
    expect(machinesOf({ importer })).toMatchObject({ machines: { ci: { reportsExceptions: false }, importer } });
    expect(machinesOf({ ci: importer })).toMatchObject({ machines: { ci: importer } });
    expect(machinesOf({ ci: false, importer })).toHaveProperty('machines', { importer });
  });

  it("is OpenID's usual for a provider", () => {
    expect(read({ login: OPENID })?.login).toMatchObject({
      userClaim: 'sub',
      userNamesIgnoreCase: false,
      groupsClaim: 'groups',
      resourceServer: '',
      pageScopes: ['openid'],
    });
  });
});

describe('an identity of SES exists once in an account and region', () => {
  const stages = (test: object) => ({
    stages: { prod: { login: LOGIN, sender: { domain: 'example.org' } }, test: { login: LOGIN, ...test } },
  });

  it('so two stages that both create it are refused', () => {
    expect(() => readConfiguration(stages({ sender: { domain: 'example.org' } }), 'my.config.ts')).toThrow(
      'stages.test.sender: The stage prod creates this identity. Leave it out here; email_from can use it in both stages',
    );
  });

  it.each([
    ['another identity', { sender: { domain: 'example.net' } }],
    ['another region', { sender: { domain: 'example.org' }, account: '111122223333', region: 'eu-west-1' }],
    ['no sender', {}],
  ])('and stages with %s are not', (_, test) => {
    expect(readConfiguration(stages(test), 'my.config.ts')).toHaveProperty('test');
  });
});

describe('a mistake is answered with its key and the reason', () => {
  it.each([
    [{}, '  stages.prod.login: Must have the kind "cognito" or "openid"'],
    [{ login: { kind: 'saml' } }, '  stages.prod.login.kind: Must have the kind "cognito" or "openid"'],
    [{ login: LOGIN, alarmMail: 'x' }, '  stages.prod: "alarmMail" isn\'t a key. Did you mean "alarmEmail"?'],
    [{ login: LOGIN, WebAclARN: 'x' }, '  stages.prod: "WebAclARN" isn\'t a key. Did you mean "webAclArn"?'],
    [{ login: LOGIN, color: 'x' }, '  stages.prod: "color" isn\'t a key.'],
    [{ login: { ...LOGIN, machine: {} } }, '  stages.prod.login: "machine" isn\'t a key. Did you mean "machines"?'],
    [
      {
        login: LOGIN,
        ...PLACE,
        domain: { name: 'g.example.org', hostedZone: { id: 'Z1', name: 'example.org', zone: 1 } },
      },
      '  stages.prod.domain.hostedZone: "zone" isn\'t a key.',
    ],
    [
      {
        login: LOGIN,
        ...PLACE,
        domain: {
          name: 'g.example.org',
          hostedzone: 1,
          certificateARN: 1,
          hostedZone: { id: 'Z1', name: 'example.org' },
        },
      },
      '  stages.prod.domain: "hostedzone" isn\'t a key. Did you mean "hostedZone"? "certificateARN" isn\'t a key. Did you mean "certificateArn"?',
    ],
    [
      { login: { ...LOGIN, machines: { importer: {} } } },
      '  stages.prod.login.machines.importer: Must be { reportsExceptions: true }, { reportsExceptions: false }, or false',
    ],
    [{ login: LOGIN, alarmEmail: 'ops' }, '  stages.prod.alarmEmail: Must be an email address'],
    [
      { login: LOGIN, reservedConcurrency: 10 },
      '  stages.prod.reservedConcurrency: Must be at least 20, so that each function gets a share',
    ],
    [
      { login: LOGIN, reservedConcurrency: 20, accountConcurrency: 100 },
      '  stages.prod.reservedConcurrency: Must leave 100 of accountConcurrency, which AWS keeps unreserved',
    ],
    [
      { login: LOGIN, dispatcherConcurrency: 1 },
      '  stages.prod.dispatcherConcurrency: Must be 2–1000, the range that Lambda supports',
    ],
    [
      { login: LOGIN, webAclArn: 'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/a/b' },
      '  stages.prod.webAclArn: Must be the ARN of a web ACL for CloudFront, arn:aws:wafv2:us-east-1:ACCOUNT:global/webacl/NAME/ID',
    ],
    [
      { login: LOGIN, accountConcurrency: 9 },
      '  stages.prod.accountConcurrency: Must be at least 10, the least that an account has',
    ],
    [
      { login: LOGIN, logRetentionDays: 91 },
      '  stages.prod.logRetentionDays: Must be a retention in days that CloudWatch Logs supports: 1, 3, 5, 7, 14, 30, 60, 90, 180, 365 …',
    ],
    [
      { login: LOGIN, targetIntervals: { webhookSeconds: 0.05 } },
      '  stages.prod.targetIntervals.webhookSeconds: Must be at least 0.1 seconds',
    ],
    [
      { login: LOGIN, targetIntervals: { emailSeconds: 3_601 } },
      '  stages.prod.targetIntervals.emailSeconds: Must be at most an hour: 3600 seconds',
    ],
    [
      { login: LOGIN, targetIntervals: { slackSeconds: 1 } },
      '  stages.prod.targetIntervals: "slackSeconds" isn\'t a key.',
    ],
    [{ login: LOGIN, region: 'eu-central-1' }, '  stages.prod.region: Set both account and region, or neither'],
    [{ login: LOGIN, account: 1 }, '  stages.prod.account: Invalid input: expected string, received number'],
    [
      {
        login: LOGIN,
        domain: { name: 'g.example.org', certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/1' },
      },
      '  stages.prod.domain.certificateArn: Must be the ARN of an ACM certificate in us-east-1; CloudFront requires that region',
    ],
    [
      { login: LOGIN, domain: { name: 'g.example.org' } },
      '  stages.prod.domain.certificateArn: Must have a certificateArn, or a hostedZone in which the certificate can be validated',
    ],
    [
      { login: LOGIN, ...PLACE, domain: { name: 'g.example.org', hostedZone: { id: 'Z1', name: 'ample.org' } } },
      '  stages.prod.domain.hostedZone.name: Must be the hosted zone of the name',
    ],
    [
      { login: LOGIN, domain: { name: 'g.example.org', hostedZone: { id: 'Z1', name: 'example.org' } } },
      '  stages.prod.domain.hostedZone: Set account and region of the stage, or a certificateArn: the certificate is issued in us-east-1',
    ],
    [
      { login: LOGIN, sender: { domain: 'example.org', address: 'a@example.org' } },
      '  stages.prod.sender: Must be { domain: "example.org" } or { address: "gatebell@example.org" }',
    ],
    [{ login: { ...OPENID, audience: [] } }, '  stages.prod.login.audience: Must name at least one audience'],
    [
      { login: { ...OPENID, issuer: 'http://x.example.org' } },
      '  stages.prod.login.issuer: Must be a URL that starts with https://',
    ],
    [
      { login: { ...OPENID, issuer: 'https://:secret@x.example.org' } },
      '  stages.prod.login.issuer: Must be a URL without user, password, query, and fragment',
    ],
    [
      { login: { ...OPENID, issuer: 'https://x.example.org/?tenant=1' } },
      '  stages.prod.login.issuer: Must be a URL without user, password, query, and fragment',
    ],
    [
      { login: { ...OPENID, origins: ['https://user@x.example.org'] } },
      '  stages.prod.login.origins[0]: Must be a URL without user, password, query, and fragment',
    ],
    [
      { login: { kind: 'cognito', domainPrefix: 'my-cognito' } },
      '  stages.prod.login.domainPrefix: Must not contain aws, amazon, or cognito',
    ],
    [
      { login: { kind: 'cognito', machines: { 'C I': { reportsExceptions: true } } } },
      '  stages.prod.login.machines.C I: Must be 1–32 lower-case letters, digits, or hyphens, and start with a letter',
    ],
    [
      { login: { kind: 'cognito', machines: { ci: REPORTS, 'ci-2': REPORTS, ci2: REPORTS } } },
      '  stages.prod.login.machines.ci2: Must differ from "ci-2" in more than hyphens: both would be the output Ci2ClientId',
    ],
  ])('%j', (stage, complaint) => {
    expect(complaintsAbout(stage)).toEqual([complaint]);
  });

  it.each([
    'https://chat.example.org',
    'chat.example.org:8443',
    'Chat.example.org',
    '*',
    '*.org',
    '10.0.0.1',
    'localhost',
    '',
  ])('a webhook host %j', (host) => {
    expect(complaintsAbout({ login: LOGIN, webhookHosts: ['ok.example.org', host] })).toEqual([
      expect.stringMatching(/^ {2}stages\.prod\.webhookHosts\[1\]: Must be a host name in lower case/),
    ]);
  });

  it('each of several', () => {
    expect(complaintsAbout({ login: LOGIN, alarmEmail: 1, keepDataOnRemoval: 'yes' })).toHaveLength(2);
  });

  it.each([
    [{}, 'stages: '],
    [{ stages: {} }, 'stages: Must have at least one stage'],
    [{ stages: { Prod: { login: LOGIN } } }, 'stages.Prod: Must be 1–20 lower-case letters'],
    [undefined, 'The configuration: '],
  ])('of the whole: %j', (input, complaint) => {
    expect(() => readConfiguration(input, 'my.config.ts')).toThrow(`can't be used:\n  ${complaint}`);
  });
});
