import * as z from 'zod/mini';
import { storedWebhookSchema } from '../secrets/model.ts';
import { CHANNELS, type ChannelName, eachChannel } from './channels.ts';

export const channelNameSchema = z.enum(CHANNELS.map(({ name }) => name));

/** What an item holds of a channel that is set. The secrets of a signed webhook are encrypted with its URL. */
const STORED = {
  addresses: z.object({ kind: z.literal('addresses'), addresses: z.array(z.string()) }),
  webhook: z.object({ kind: z.literal('webhook'), webhook: storedWebhookSchema }),
  bus: z.object({ kind: z.literal('bus'), bus: z.string() }),
} as const;

export type StoredChannel = { [Kind in keyof typeof STORED]: z.infer<(typeof STORED)[Kind]> }[keyof typeof STORED];

/** The channels of a product or of the settings; null is one that is not set. */
export type Channels = Readonly<Record<ChannelName, StoredChannel | null>>;

/** A channel that is newer than the item is not set. One that this version does not know stays as it is. */
export const channelsSchema: z.ZodMiniType<Channels> = z.looseObject(
  eachChannel(({ field: { kind } }) =>
    z._default(z.nullable(STORED[kind === 'signed_webhook' ? 'webhook' : kind]), null),
  ),
);

export const NO_CHANNELS: Channels = eachChannel(() => null);

/** A channel as a caller sets it. */
type ChannelEdit = {
  /** Checked and normalized: addresses with commas, a URL, or the name of a bus; '' removes the channel. */
  readonly text?: string;
  readonly rotatesSecret?: boolean;
};

/** The channels that a caller sets. */
export type ChannelChange = Readonly<Partial<Record<ChannelName, ChannelEdit>>>;

/** A channel as a caller reads it; '' is not set. `secret`: the signing secret, of a signed webhook alone. */
export type ShownChannel = { readonly text: string; readonly secret: string };

export type ShownChannels = Readonly<Record<ChannelName, ShownChannel>>;

/** The names in a change. A channel that is set again, even to what it was, is tried again. */
export const channelsIn = (change: ChannelChange): ChannelName[] =>
  CHANNELS.flatMap(({ name }) => (change[name] === undefined ? [] : [name]));
