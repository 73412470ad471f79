import { describe, expect, it } from 'vitest';
import { emailAddressListSchema } from '../../../core/channels/email/addresses.ts';
import { checkWebhookAddress, type WebhookPolicy } from '../../../core/channels/webhook-address.ts';
import { foldName, productChangeSchema, productCreationSchema } from '../../../core/products/model.ts';
import { maskWebhook } from '../../../core/secrets/model.ts';
import { settingsChangeSchema } from '../../../core/settings/model.ts';
import { sealed } from '../../vault.ts';

const policy: WebhookPolicy = { extraHosts: ['*.hooks.example.org', 'chat.example.com'], localOrigin: null };
const now = () => new Date('2026-11-29T12:00:00.000Z');
const SLACK = 'https://hooks.slack.com/services/T000/B000/XXXX';
const TEAMS =
  'https://default1.aa.environment.api.powerplatform.com:443/powerautomate/workflows/1/triggers/manual?sig=s';

describe('emailAddressList', () => {
  it.each([
    ['', ''],
    ['  ', ''],
    ['a@x.org', 'a@x.org'],
    [' a@x.org ,b@y.org', 'a@x.org, b@y.org'],
    ['a@x.org, A@X.org', 'a@x.org'],
    ['a@x.org;b@y.org', 'a@x.org, b@y.org'],
    ['a@x.org\nb@y.org\r\n\r\n c@z.org\n', 'a@x.org, b@y.org, c@z.org'],
    ['a@x.org,\nb@y.org ;\n c@z.org', 'a@x.org, b@y.org, c@z.org'],
    ["a&b=c%d~e!#$'*+/?^_`{|}-@x.org", "a&b=c%d~e!#$'*+/?^_`{|}-@x.org"],
    ['a@bücher.example', 'a@bücher.example'],
    ['a@bücher.example, A@xn--bcher-kva.example', 'a@bücher.example'],
    ['a@例え.テスト', 'a@例え.テスト'],
    [`${'a'.repeat(64)}@x.org`, `${'a'.repeat(64)}@x.org`],
  ])('normalises %j to %j', (list, normalised) => {
    expect(emailAddressListSchema.parse(list)).toBe(normalised);
  });

  it.each([
    'a@b, ,c',
    'a@x.org,',
    'a@x.org;;b@y.org',
    'a@x-.org',
    'a@-x.org',
    'a@x_y.org',
    'a@x..org',
    'a@1.2.3.4',
    'a@[1.2.3.4]',
    'a.@x.org',
    'a..b@x.org',
    '"a b"@x.org',
    'jürgen@x.org',
    'a@x.org/y',
    'a@x%2eorg',
    `${'a'.repeat(65)}@x.org`,
    `a@${'x'.repeat(64)}.org`,
    `a@${'x.'.repeat(130)}org`,
    'a@x.org\r\nBcc: c@z.org',
    'A <a@x.org>',
    Array.from({ length: 51 }, (_, n) => `a${n}@x.org`).join(),
  ])('refuses %j', (list) => {
    expect(emailAddressListSchema.safeParse(list).success).toBe(false);
  });

  it('names every wrong entry by its place', () => {
    const messages = emailAddressListSchema.safeParse('a@b, ,c@x.org,c').error?.issues.map(({ message }) => message);
    expect(messages).toEqual([
      'Entry 1 is not an email address',
      'Entry 2 is empty',
      'Entry 4 is not an email address',
    ]);
  });
});

describe('checkWebhookAddress', () => {
  it.each([
    [SLACK, 'slack'],
    ['https://hooks.slack-gov.com/services/x', 'slack'],
    [TEAMS, 'ms_teams'],
    ['https://prod-1.westeurope.api.powerautomate.com/x?sig=s', 'ms_teams'],
    ['https://a.hooks.example.org/x', 'slack'],
    ['https://chat.example.com/x', 'ms_teams'],
    ['https://HOOKS.SLACK.COM/services/x', 'slack'],
  ] as const)('allows %s for %s', (address, channel) => {
    expect(checkWebhookAddress(address, channel, policy).kind).toBe('allowed');
  });

  it.each([
    ['http://hooks.slack.com/services/x', 'must start with https://'],
    ['https://hooks.slack.com:8443/x', 'must use port 443'],
    ['https://user:pass@hooks.slack.com/x', 'must not carry credentials'],
    ['https://:pass@hooks.slack.com/x', 'must not carry credentials'],
    ['https://hooks.slack.com/x#f', 'must not carry a fragment'],
    [
      'https://hooks.slack.com.evil.org/x',
      "has a host that isn't allowed. Use hooks.slack.com or hooks.slack-gov.com, or ask an operator to allow the host",
    ],
    [
      'https://evilhooks.slack.com/x',
      "has a host that isn't allowed. Use hooks.slack.com or hooks.slack-gov.com, or ask an operator to allow the host",
    ],
    [
      'https://hooks.example.org/x',
      "has a host that isn't allowed. Use hooks.slack.com or hooks.slack-gov.com, or ask an operator to allow the host",
    ],
    [
      'https://169.254.169.254/latest',
      "has a host that isn't allowed. Use hooks.slack.com or hooks.slack-gov.com, or ask an operator to allow the host",
    ],
    [
      'https://[::1]/x',
      "has a host that isn't allowed. Use hooks.slack.com or hooks.slack-gov.com, or ask an operator to allow the host",
    ],
    [
      TEAMS,
      "has a host that isn't allowed. Use hooks.slack.com or hooks.slack-gov.com, or ask an operator to allow the host",
    ],
    ['not a url', 'is not a URL'],
    [`https://hooks.slack.com/${'x'.repeat(3_000)}`, 'is longer than 3000 characters'],
  ])('refuses %s for Slack: %s', (address, reason) => {
    expect(checkWebhookAddress(address, 'slack', policy)).toEqual({ kind: 'refused', reason });
  });

  it.each([
    'https://hooks.slack.com/triggers/T000/1/x',
    'https://hooks.slack.com/workflows/T000/A000/1/x',
    'https://hooks.slack-gov.com/triggers/T000/1/x',
    'https://hooks.slack.com//TRIGGERS/T000/1/x',
  ])('refuses %s, which is no incoming webhook of Slack', (address) => {
    expect(checkWebhookAddress(address, 'slack', policy)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('/services/'),
    });
  });

  it.each([TEAMS.replace('?sig=s', ''), TEAMS.replace('?sig=s', '?sig='), TEAMS.replace('?sig=s', '?api-version=1')])(
    'refuses %s for Teams, as it was not copied whole',
    (address) => {
      expect(checkWebhookAddress(address, 'ms_teams', policy)).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('sig'),
      });
    },
  );

  it('names no host for a channel that has none of its own', () => {
    expect(checkWebhookAddress('https://receiver.example.net/x', 'webhook', policy)).toEqual({
      kind: 'refused',
      reason: "has a host that isn't allowed. Ask an operator to allow the host",
    });
    expect(checkWebhookAddress('https://chat.example.com/x', 'webhook', policy).kind).toBe('allowed');
  });

  it('lets only the exact origin of the local receiver pass as an exception', () => {
    const local = { ...policy, localOrigin: 'http://127.0.0.1:4567' };
    expect(checkWebhookAddress('http://127.0.0.1:4567/slack', 'slack', local)).toMatchObject({ isLocal: true });
    expect(checkWebhookAddress('http://127.0.0.1:4568/slack', 'slack', local).kind).toBe('refused');
    expect(checkWebhookAddress('http://127.0.0.1:4567/slack', 'slack', policy).kind).toBe('refused');
  });

  it.each(['http://10.0.0.5', 'http://169.254.169.254', 'https://evil.example', 'http://127.0.0.1.evil.example:80'])(
    'makes no exception for %s, which is not on loopback',
    (localOrigin) => {
      expect(checkWebhookAddress(`${localOrigin}/x`, 'slack', { ...policy, localOrigin }).kind).toBe('refused');
    },
  );
});

describe('what a caller may set of a product', () => {
  it('refuses a masked webhook that is sent back', () => {
    const change = { notification_slack_webhook: maskWebhook(sealed(SLACK, { productId: 'p', channel: 'slack' })) };
    expect(productChangeSchema(policy, now).safeParse(change).error?.issues[0]?.message).toMatch(/full webhook URL/);
  });

  it.each([
    [{}, ''],
    [{ name: 'x', color: 'red' }, ''],
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ name: 'x', description: 7 }, 'description'],
    // DynamoDB takes UTF-8, and answered what is none with an error that became a 500.
    [{ name: '\ud800' }, 'name'],
    [{ name: 'x', description: 'a\udc00b' }, 'description'],
    [{ name: 'x', security_gate_threshold_high: -1 }, 'security_gate_threshold_high'],
    [{ name: 'x', security_gate_threshold_high: 1_000_000 }, 'security_gate_threshold_high'],
    [{ name: 'x', security_gate_threshold_high: 1.5 }, 'security_gate_threshold_high'],
    [{ name: 'x', security_gate_active: 'yes' }, 'security_gate_active'],
    [{ name: 'x', notification_email_to: 'a@b, ,c' }, 'notification_email_to'],
    [{ name: 'x', notification_slack_webhook: 'http://hooks.slack.com/x' }, 'notification_slack_webhook'],
    [[], ''],
    [null, ''],
    ['x', ''],
  ])('refuses %j, naming %j', (body, path) => {
    const { error } = productChangeSchema(policy, now).safeParse(body);
    expect(error?.issues[0]?.path.join('.')).toBe(path);
  });

  it.each(['\u200b', '\u202e', '\u3164', '\u00ad', '\ufe0f', '\u0007', '\u2028'])(
    'refuses a name with %j, which nobody sees',
    (unseen) => {
      const { error } = productChangeSchema(policy, now).safeParse({ name: `Pay${unseen}ments` });
      expect(error?.issues[0]?.path).toEqual(['name']);
    },
  );

  it('demands a name of a new product only', () => {
    expect(productCreationSchema(policy, now).safeParse({ description: 'd' }).success).toBe(false);
    expect(productChangeSchema(policy, now).safeParse({ description: 'd' }).success).toBe(true);
  });

  it('keeps a name in NFC and without outer blanks', () => {
    expect(productCreationSchema(policy, now).parse({ name: ' Cafe\u0301\n' }).name).toBe('Caf\u00e9');
  });

  it('folds names that read alike to one', () => {
    expect(foldName(' STRASSE ')).toBe(foldName('straße'));
    expect(foldName('Ａ')).toBe(foldName('a'));
    expect(foldName('a')).not.toBe(foldName('b'));
  });
});

describe('what an administrator may set', () => {
  it.each([
    [{ email_from: 'a@x.org, b@x.org' }, 'email_from'],
    [{ exception_rate_limit: 1_000_000 }, 'exception_rate_limit'],
    [{ base_url_frontend: 'javascript:alert(1)' }, 'base_url_frontend'],
    [{ base_url_frontend: 'https://user@gate.example.org/' }, 'base_url_frontend'],
    [{ base_url_frontend: 'https://:secret@gate.example.org/' }, 'base_url_frontend'],
    [{ base_url_frontend: 'https://gate.example.org/?' }, 'base_url_frontend'],
    [{ base_url_frontend: 'https://gate.example.org/#' }, 'base_url_frontend'],
    [{ security_gate_active: null }, 'security_gate_active'],
    [{ version: 7 }, ''],
  ])('refuses %j', (body, path) => {
    expect(settingsChangeSchema(policy, now).safeParse(body).error?.issues[0]?.path.join('.')).toBe(path);
  });

  it.each([
    ['bell@example.org', 'bell@example.org'],
    [' Gatebell  <bell@example.org> ', 'Gatebell <bell@example.org>'],
    ['Gatebell <bell@example.org>', 'Gatebell <bell@example.org>'],
    ['<bell@example.org>', 'bell@example.org'],
    ['"Bell, Gate" <bell@example.org>', '"Bell, Gate" <bell@example.org>'],
    ['Bell, Gate <bell@example.org>', '"Bell, Gate" <bell@example.org>'],
    ['Glöckchen 🔔 <bell@bücher.example>', 'Glöckchen 🔔 <bell@bücher.example>'],
    ['', ''],
  ])('takes the sender %j as %j', (email_from, stored) => {
    expect(settingsChangeSchema(policy, now).parse({ email_from })).toEqual({ email_from: stored, channels: {} });
    // What is read back can be set again.
    expect(settingsChangeSchema(policy, now).parse({ email_from: stored })).toEqual({
      email_from: stored,
      channels: {},
    });
  });

  it.each([
    'Gatebell',
    'Gatebell <bell>',
    'A <a@x.org>, B <b@x.org>',
    'A <a@x.org> x',
    'A\r\nBcc: b@x.org <a@x.org>',
    'A "B" <a@x.org>',
    `${'x'.repeat(101)} <a@x.org>`,
  ])('refuses the sender %j', (email_from) => {
    expect(settingsChangeSchema(policy, now).safeParse({ email_from }).error?.issues[0]?.path).toEqual(['email_from']);
  });

  it.each(['https://gate.example.org/', 'https://gate.example.org//'])('keeps %s without slashes at its end', (url) => {
    expect(settingsChangeSchema(policy, now).parse({ base_url_frontend: url }).base_url_frontend).toBe(
      'https://gate.example.org',
    );
  });
});
