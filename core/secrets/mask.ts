import { type Channel, eachChannel } from '../channels/channels.ts';
import type { Channels, ShownChannel, ShownChannels } from '../channels/model.ts';
import { maskWebhook } from './model.ts';

const NOT_SET: ShownChannel = { text: '', secret: '' };

/** What shows that there is a signing secret. */
const MASKED_SECRET = 'whsec_***';

/** What anyone who sees the owner may read of a channel. */
export const maskChannel = ({ name, field }: Channel, channels: Channels): ShownChannel => {
  const stored = channels[name];
  if (stored === null) return NOT_SET;
  switch (stored.kind) {
    case 'addresses':
      return { text: stored.addresses.join(', '), secret: '' };
    case 'webhook':
      return { text: maskWebhook(stored.webhook), secret: field.kind === 'signed_webhook' ? MASKED_SECRET : '' };
    case 'bus':
      return { text: stored.bus, secret: '' };
    default:
      return stored satisfies never;
  }
};

/** Channels with their secrets masked. */
export const maskChannels = (channels: Channels): ShownChannels =>
  eachChannel((channel) => maskChannel(channel, channels));
