import * as z from 'zod/mini';
import { storedWebhookSchema } from '../secrets/model.ts';
import { CHANNELS, type ChannelName, eachChannel } from './channels.ts';

export const channelNameSchema = z.enum(CHANNELS.map(({ name }) => name));

/** What an item holds of a channel that is set, by the kind of its field. */
const STORED = {
  addresses: z.object({ kind: z.literal('addresses'), addresses: z.array(z.string()) }),
  webhook: z.object({ kind: z.literal('webhook'), webhook: storedWebhookSchema }),
} as const;

export type StoredChannel = { [Kind in keyof typeof STORED]: z.infer<(typeof STORED)[Kind]> }[keyof typeof STORED];

/** The channels of a product or of the settings; null is one that is not set. */
export type Channels = Readonly<Record<ChannelName, StoredChannel | null>>;

/** A channel that is newer than the item is not set. One that this version does not know stays as it is. */
export const channelsSchema: z.ZodMiniType<Channels> = z.looseObject(
  eachChannel(({ field }) => z._default(z.nullable(STORED[field.kind]), null)),
);

export const NO_CHANNELS: Channels = eachChannel(() => null);

/** Some channels as a caller sets them, checked and normalized: addresses with commas, or a URL; '' removes one. */
export type ChannelChange = Readonly<Partial<Record<ChannelName, string>>>;

/** The channels as a caller reads them; '' is not set. */
export type ChannelTexts = Readonly<Record<ChannelName, string>>;

/** The names in a change. A channel that is set again, even to what it was, is tried again. */
export const channelsIn = (change: ChannelChange): ChannelName[] =>
  CHANNELS.flatMap(({ name }) => (change[name] === undefined ? [] : [name]));
