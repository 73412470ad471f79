import { Aws } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { CHANNELS } from '../core/channels/channels.ts';
import type { ChannelGrant } from '../core/channels/declaration.ts';
import type { GatebellFunction } from './gatebell-function.ts';
import { grantSendEmail } from './send-email.ts';

type Grants = Readonly<Record<ChannelGrant, () => void>>;

export type ChannelGrantOptions = {
  /** Email is sent under it. */
  readonly configurationSet: ConfigurationSet;
  /** Names of the event buses that events may be sent to. */
  readonly eventBuses: readonly string[];
};

const arnOfBus = (name: string): string =>
  `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/${name}`;

/** Allows a function to send through every channel. `scope` is the construct that owns it. */
export const grantChannels = (
  scope: Construct,
  grantee: GatebellFunction,
  { configurationSet, eventBuses }: ChannelGrantOptions,
): void => {
  const resourceArns = eventBuses.map(arnOfBus);
  const grants: Grants = {
    none: () => {},
    ses: () => grantSendEmail(scope, grantee, configurationSet),
    'event-buses': () => {
      if (resourceArns.length > 0) Grant.addToPrincipal({ grantee, actions: ['events:PutEvents'], resourceArns });
    },
  };
  for (const grant of new Set(CHANNELS.map(({ grant }) => grant))) grants[grant]();
};
