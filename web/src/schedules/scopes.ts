import { type Channel, type ChannelName, channelOf } from '../../../core/channels/channels.ts';

/** What can be muted: a channel, or all of them. */
export type Scope = { readonly value: ChannelName | 'all'; readonly label: string };

const ALL: Scope = { value: 'all', label: 'All channels' };

/** All channels, and each of some. */
export const scopesOf = (channels: readonly Channel[]): readonly [Scope, ...Scope[]] => [
  ALL,
  ...channels.map(({ name, label }): Scope => ({ value: name, label })),
];

/** What a mute is of. */
export const scopeLabel = (scope: Scope['value']): string => (scope === 'all' ? ALL.label : channelOf(scope).label);
