import Alert from '@cloudscape-design/components/alert';
import type { Product } from '../api/answers.ts';
import { Ago } from '../frame/time.tsx';
import { CHANNEL_NAMES } from './channel-names.ts';

type BrokenChannelsProps = { readonly broken: Product['broken_channels'] };

/** Channels through which nothing arrives any more, why, and what mends them. */
export const BrokenChannels = ({ broken }: BrokenChannelsProps) =>
  broken.map(({ channel, target, reason, since }) => (
    <Alert key={`${channel} ${target}`} type="error" header={`${CHANNEL_NAMES[channel]} is broken`}>
      <span className="words">
        Nothing arrives at {target} since <Ago iso={since} />: {reason}. Set it anew, or send a test that succeeds, to
        have it tried again.
      </span>
    </Alert>
  ));
