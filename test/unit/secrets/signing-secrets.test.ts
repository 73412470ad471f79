import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  newSecret,
  parseWebhookText,
  rotateSecrets,
  secretsAt,
  webhookText,
} from '../../../core/secrets/signing-secrets.ts';
import { testVault } from '../../vault.ts';

const NOW = new Date('2026-11-28T12:00:00.000Z');
const hours = (count: number): Date => new Date(NOW.getTime() + count * 3_600_000);
const secret = (name: string) => ({ secret: `whsec_${name}`, until: null });
const place = { productId: 'p1', channel: 'slack' } as const;

describe('a signing secret', () => {
  it('is 32 random bytes', () => {
    const { secret: text } = newSecret(randomBytes);
    expect(text).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(newSecret(randomBytes).secret).not.toBe(text);
  });

  it('stays valid for a day after a rotation, and the new one is the first', () => {
    const rotated = rotateSecrets([secret('old')], secret('new'), NOW);
    expect(secretsAt(rotated, hours(23))).toEqual(['whsec_new', 'whsec_old']);
    expect(secretsAt(rotated, hours(24))).toEqual(['whsec_new']);
  });

  it('is not kept valid by the next rotation, and goes when it is over', () => {
    const twice = rotateSecrets(rotateSecrets([secret('a')], secret('b'), NOW), secret('c'), hours(12));
    expect(secretsAt(twice, hours(23))).toEqual(['whsec_c', 'whsec_b', 'whsec_a']);
    expect(secretsAt(twice, hours(25))).toEqual(['whsec_c', 'whsec_b']);
    expect(rotateSecrets(twice, secret('d'), hours(25))).toHaveLength(3);
  });
});

it('is encrypted with the URL of its webhook, and only in its place', async () => {
  const secrets = [secret('inside')];
  const stored = await testVault.encrypt('https://receiver.example/x', place, secrets);
  if (stored === null) throw new Error('nothing was stored');
  expect(JSON.stringify(stored)).not.toContain('inside');
  const text = await testVault.decrypt(stored, place);
  expect(parseWebhookText(text ?? '')).toEqual({ url: 'https://receiver.example/x', secrets });
  expect(await testVault.decrypt(stored, { ...place, productId: 'p2' })).toBeNull();
});

it('leaves a URL without secrets as it is', () => {
  const plain = { url: 'https://hooks.slack.com/services/x', secrets: [] };
  expect(webhookText(plain)).toBe(plain.url);
  expect(parseWebhookText(plain.url)).toEqual(plain);
});
