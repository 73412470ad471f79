import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { WebhookPlace } from '../../../core/secrets/model.ts';
import { localVault } from '../../local-vault.ts';
import { testVault } from '../../vault.ts';

const URL_ = 'https://hooks.slack.com/services/T0123ABCD/B0123ABCD/s3cr3ts3cr3ts3cr3t';
const PLACE: WebhookPlace = { productId: '01KAT2Z7YB3SV4RRFFQ69G5FAW', channel: 'slack' };

const sealedAt = async (place: WebhookPlace) => {
  const kept = await testVault.encrypt(URL_, place);
  if (kept === null) throw new Error('nothing was sealed');
  return kept;
};

describe('a webhook in the vault', () => {
  it('is opened in its place, and shows its host and a fingerprint only', async () => {
    const kept = await sealedAt(PLACE);
    expect(await testVault.decrypt(kept, PLACE)).toBe(URL_);
    expect(kept).toMatchObject({
      origin: 'https://hooks.slack.com',
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(JSON.stringify(kept)).not.toContain('s3cr3t');
  });

  it('has the fingerprint of its URL, wherever and whenever it is sealed', async () => {
    const [one, other] = [await sealedAt(PLACE), await sealedAt({ productId: null, channel: 'ms_teams' })];
    expect(one.fingerprint).toBe(other.fingerprint);
    expect(one.sealed).not.toBe((await sealedAt(PLACE)).sealed);
    expect((await testVault.encrypt(`${URL_}x`, PLACE))?.fingerprint).not.toBe(one.fingerprint);
  });

  it.each<[string, WebhookPlace]>([
    ['another product', { ...PLACE, productId: '01KAT2Z7YB3SV4RRFFQ69G5FAX' }],
    ['another channel', { ...PLACE, channel: 'ms_teams' }],
    ['the settings', { ...PLACE, productId: null }],
  ])('does not open for %s', async (_, place) => {
    expect(await testVault.decrypt(await sealedAt(PLACE), place)).toBeNull();
  });

  it('does not open when any part of it was altered', async () => {
    const kept = await sealedAt(PLACE);
    const [id = '', text = ''] = kept.sealed.split('.');
    const bytes = Buffer.from(text, 'base64url');
    for (const at of [0, 11, 12, 27, 28, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 1;
      const sealed = `${id}.${altered.toString('base64url')}`;
      expect(await testVault.decrypt({ ...kept, sealed }, PLACE)).toBeNull();
    }
    for (const sealed of ['', id, `${id}.`, `${id}.AAAA`, `other.${text}`, kept.sealed.slice(0, -4)]) {
      expect(await testVault.decrypt({ ...kept, sealed }, PLACE)).toBeNull();
    }
  });

  it('is none for the empty string', async () => {
    expect(await testVault.encrypt('', PLACE)).toBeNull();
  });

  it("can't be decrypted with another key of the same KMS", async () => {
    const secret = randomBytes(32);
    const { vault } = localVault({ secret, keyArn: 'arn:aws:kms:eu-central-1:0:key/one' });
    const stranger = localVault({ secret, keyArn: 'arn:aws:kms:eu-central-1:0:key/other' });
    const kept = await vault.encrypt(URL_, PLACE);
    if (kept === null) throw new Error('nothing was sealed');
    expect(await vault.decrypt(kept, PLACE)).toBe(URL_);
    expect(await stranger.vault.decrypt(kept, PLACE)).toBeNull();
  });
});
