import type { Declaration } from './declaration.ts';
import * as declarations from './declarations.ts';
import { derived } from './derived.ts';

export type ChannelName = keyof typeof declarations;

type Declared = (typeof declarations)[ChannelName];

type Wire = Declared['field']['wire'];
type SignedWire = Extract<Declared['field'], { readonly kind: 'signed_webhook' }>['wire'];

/** A declaration that is in the list. */
export type Channel = Declaration & { readonly name: ChannelName; readonly field: { readonly wire: Wire } };

/** Whose channels: a product's carry its notifications, those of the settings exceptions. Begins the names of fields. */
export type Owner = 'notification' | 'exception';

/** The name of a field of a channel in the API: `notification_slack_webhook`. */
export type WireName<Of extends Owner> = `${Of}_${Wire | `${SignedWire}_secret`}`;

const BY_NAME: Readonly<Record<ChannelName, Channel>> = declarations;

/** All channels, in the order in which the API and the page show them. */
export const CHANNELS: readonly Channel[] = Object.values(BY_NAME).toSorted((one, other) =>
  one.name < other.name ? -1 : 1,
);

export const channelOf = (name: ChannelName): Channel => BY_NAME[name];

/** A value for each channel. */
export const eachChannel = <Value>(value: (channel: Channel) => Value): Readonly<Record<ChannelName, Value>> =>
  derived(CHANNELS.map((channel) => [channel.name, value(channel)]));

/** The name of a channel's field. */
export const wireName = <Of extends Owner>(owner: Of, { field }: Channel): WireName<Of> => `${owner}_${field.wire}`;

const isSecretName = <Of extends Owner>(name: string, owner: Of): name is WireName<Of> =>
  CHANNELS.some(({ field }) => field.kind === 'signed_webhook' && name === `${owner}_${field.wire}_secret`);

/** The name of the field of a channel's signing secret; null where the channel signs nothing. */
export const secretWireName = <Of extends Owner>(owner: Of, { field }: Channel): WireName<Of> | null => {
  const name: string = `${owner}_${field.wire}_secret`;
  return isSecretName(name, owner) ? name : null;
};
