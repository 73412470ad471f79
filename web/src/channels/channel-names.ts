import type { Delivery } from '../api/answers.ts';

export type Channel = Delivery['channel'];

/** The channels as people call them. */
export const CHANNEL_NAMES = {
  email: 'Email',
  ms_teams: 'MS Teams',
  slack: 'Slack',
} as const satisfies Record<Channel, string>;
