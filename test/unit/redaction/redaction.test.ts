import { describe, expect, it } from 'vitest';
import { builtInRedaction, makeRedaction } from '../../../core/redaction/redaction.ts';
import { MORE_HARMLESS, MORE_SECRETS } from './more-secret-samples.ts';
import { HARMLESS, SECRETS } from './secret-samples.ts';

const { redact, redactValue } = builtInRedaction;

describe('a webhook of a host that ops added', () => {
  const { redact: ofStage } = makeRedaction(['hooks.example.org', '*.example.net', '127.0.0.1:4567']);

  it.each([
    'https://hooks.example.org/a/SECRET',
    'HTTPS://Hooks.Example.org.:443/SECRET?x=SECRET',
    'https:\\/\\/chat.example.net\\/SECRET',
    'https%3A%2F%2Fchat.example.net%2FSECRET',
    'hooks.example.org/SECRET',
    'http://127.0.0.1:4567/services/SECRET',
  ])('is blacked out: %s', (url) => {
    const text = `POST ${url} failed`;
    expect(ofStage(text)).not.toContain('SECRET');
    expect(ofStage(text)).toMatch(/^POST .*\[redacted\] failed$/);
    expect(redact(text)).toBe(text);
  });

  it.each(['https://example.net/a', 'https://example.org/hooks.example.org', 'http://127.0.0.1:80/a'])(
    'is none: %s',
    (url) => expect(ofStage(url)).toBe(url),
  );
});

describe('redactValue', () => {
  it.each([
    [{ headers: [['X-Api-Key', 'SECRET123']] }],
    [{ argv: ['login', '--password', 'SECRET'] }],
    [{ environment: [{ name: 'DB_PASSWORD', value: 'SECRET' }] }],
    [{ password: { old: 'SECRET' }, dbPassword: 'SECRET', auth_token: ['SECRET'] }],
    [{ 'X-Vault-Token': 'SECRET', cookie: 'a=SECRET' }],
  ])('blacks out the secret in %j', (value) => {
    expect(JSON.stringify(redactValue(value))).not.toContain('SECRET');
  });

  it.each([
    [{ errors: { password: 'must not be empty' }, required: ['user', 'password', 'email'] }],
    [{ max_tokens: 4096, token: null, has_password: true, key: 'shop', code: 'E401', names: ['token', 'name'] }],
  ])('leaves %j as it is', (value) => {
    expect(redactValue(value)).toEqual(value);
  });
});

describe('redact', () => {
  it.each(SECRETS)('blacks out: %s', (_, text, secret) => {
    expect(text).toContain(secret);
    expect(redact(text)).not.toContain(secret);
  });

  it.each(MORE_SECRETS)('blacks out the secret of %j', (text, secret) => {
    expect(text).toContain(secret);
    expect(redact(text)).not.toContain(secret);
  });

  it.each([...HARMLESS, ...MORE_HARMLESS])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });
});
