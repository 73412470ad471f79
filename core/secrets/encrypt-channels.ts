import { type ChannelName, channelOf } from '../channels/channels.ts';
import { splitAddresses } from '../channels/email/addresses.ts';
import { type ChannelChange, type Channels, channelsIn, type StoredChannel } from '../channels/model.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

type Seal = Pick<WebhookSecrets, 'seal'>;

/** Whose channels: a product's, or those of the settings (null). */
type Place = { readonly productId: string | null };

const encrypt = async (
  { seal }: Seal,
  { name: channel, text }: { readonly name: ChannelName; readonly text: string },
  { productId }: Place,
): Promise<StoredChannel | null> => {
  if (text === '') return null;
  const { kind } = channelOf(channel).field;
  switch (kind) {
    case 'addresses':
      return { kind, addresses: splitAddresses(text) };
    case 'webhook': {
      const webhook = await seal(text, { productId, channel });
      return webhook && { kind, webhook };
    }
    default:
      return kind satisfies never;
  }
};

/** Channels with a change applied, as they are to be stored: secrets encrypted for their places. */
export const encryptChannels = async (
  secrets: Seal,
  { before, change, ...place }: Place & { readonly before: Channels; readonly change: ChannelChange },
): Promise<Channels> => {
  const after: { [name in ChannelName]: StoredChannel | null } = { ...before };
  for (const name of channelsIn(change))
    after[name] = await encrypt(secrets, { name, text: change[name] ?? '' }, place);
  return after;
};
