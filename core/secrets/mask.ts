import { eachChannel } from '../channels/channels.ts';
import type { Channels, ChannelTexts, StoredChannel } from '../channels/model.ts';
import { maskWebhook } from './model.ts';

/** What anyone who sees the owner may read of a channel; '' where it is not set. */
export const maskChannel = (stored: StoredChannel | null): string => {
  if (stored === null) return '';
  switch (stored.kind) {
    case 'addresses':
      return stored.addresses.join(', ');
    case 'webhook':
      return maskWebhook(stored.webhook);
    default:
      return stored satisfies never;
  }
};

/** Channels with their secrets masked. */
export const maskChannels = (channels: Channels): ChannelTexts =>
  eachChannel(({ name }) => maskChannel(channels[name]));
