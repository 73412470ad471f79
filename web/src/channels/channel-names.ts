import type { Delivery } from '../api/answers.ts';

export type Channel = Delivery['channel'];

/** The channels' labels, in this one place. */
export const CHANNEL_NAMES = {
  email: 'Email',
  ms_teams: 'Microsoft Teams',
  slack: 'Slack',
} as const satisfies Record<Channel, string>;
