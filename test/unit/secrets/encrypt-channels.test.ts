import { beforeEach, describe, expect, it } from 'vitest';
import { type ChannelChange, type Channels, NO_CHANNELS } from '../../../core/channels/model.ts';
import { encryptChannels } from '../../../core/secrets/encrypt-channels.ts';
import { maskChannels } from '../../../core/secrets/mask.ts';
import { decryptDestination } from '../../../core/secrets/webhook-secrets.ts';
import { testVault } from '../../vault.ts';

const URL_ = 'https://receiver.example/events';
const NOW = new Date('2026-11-28T12:00:00.000Z');

const change = (before: Channels, webhook: ChannelChange['webhook'] = {}, now = NOW): Promise<Channels> =>
  encryptChannels({ vault: testVault, now: () => now }, { productId: 'p1', before, change: { webhook } });

/** The URL of the signed webhook, and its secrets with their ends. */
const opened = async ({ webhook: stored }: Channels) => {
  if (stored?.kind !== 'webhook') throw new Error('no webhook is set');
  const place = { productId: 'p1', channel: 'webhook' } as const;
  const sealed = { kind: 'webhook', channel: 'webhook', webhook: stored.webhook, place } as const;
  const destination = await decryptDestination(testVault, sealed);
  if (destination?.kind !== 'webhook') throw new Error('it does not open');
  return destination;
};

describe('the secret of a signed webhook', () => {
  let set: Channels;
  beforeEach(async () => {
    set = await change(NO_CHANNELS, { text: URL_ });
  });

  it('comes with its URL, and neither is readable in the item', async () => {
    expect(await opened(set)).toMatchObject({
      webhook: URL_,
      secrets: [{ secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/), until: null }],
    });
    expect(JSON.stringify(set)).not.toMatch(/whsec_|\/events/);
    expect(maskChannels(set).webhook).toEqual({ text: 'https://receiver.example/***', secret: 'whsec_***' });
  });

  it('stays while the URL does, and changes with it', async () => {
    expect(await change(set, { text: URL_ })).toEqual(set);
    const [before, after] = [await opened(set), await opened(await change(set, { text: `${URL_}/moved` }))];
    expect(after.webhook).toBe(`${URL_}/moved`);
    expect(after.secrets).toHaveLength(1);
    expect(after.secrets[0]?.secret).not.toBe(before.secrets[0]?.secret);
  });

  it('is rotated with an overlap of a day, with or without the same URL', async () => {
    const before = await opened(set);
    for (const edit of [{ rotatesSecret: true }, { text: URL_, rotatesSecret: true }]) {
      const { webhook, secrets } = await opened(await change(set, edit));
      expect(webhook).toBe(URL_);
      expect(secrets).toHaveLength(2);
      expect(secrets[1]).toEqual({ secret: before.secrets[0]?.secret, until: '2026-11-29T12:00:00.000Z' });
      expect(secrets[0]?.until).toBeNull();
    }
  });

  it('goes with its URL, and there is nothing to rotate where none is set', async () => {
    expect((await change(set, { text: '' })).webhook).toBeNull();
    expect((await change(NO_CHANNELS, { rotatesSecret: true })).webhook).toBeNull();
  });
});
