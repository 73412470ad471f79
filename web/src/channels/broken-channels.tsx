import Alert from '@cloudscape-design/components/alert';
import type { Product } from '../api/answers.ts';
import { Ago } from '../frame/time.tsx';
import { CHANNEL_NAMES } from './channel-names.ts';

type BrokenChannelsProps = { readonly broken: Product['broken_channels'] };

/** Channels whose messages fail, the reason, and what fixes them. */
export const BrokenChannels = ({ broken }: BrokenChannelsProps) =>
  broken.map(({ channel, target, reason, since }) => (
    <Alert key={`${channel} ${target}`} type="error" header={`Messages to ${CHANNEL_NAMES[channel]} fail`}>
      <span className="words">
        Messages to {target} have failed since <Ago iso={since} />: {reason}. Enter a new value, or send a successful
        test to resume.
      </span>
    </Alert>
  ));
