import type { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { CHANNELS } from '../core/channels/channels.ts';
import type { ChannelGrant } from '../core/channels/declaration.ts';
import type { GatebellFunction } from './gatebell-function.ts';
import { grantSendEmail } from './send-email.ts';

type Grants = Readonly<Record<ChannelGrant, () => void>>;

/** Allows a function to send through every channel, mail under a configuration set or under none. */
export const grantChannels = (scope: Construct, grantee: GatebellFunction, set?: ConfigurationSet): void => {
  const grants: Grants = { none: () => {}, ses: () => grantSendEmail(scope, grantee, set) };
  for (const grant of new Set(CHANNELS.map(({ grant }) => grant))) grants[grant]();
};
