import Alert from '@cloudscape-design/components/alert';
import { channelOf } from '../../../core/channels/channels.ts';
import type { Product } from '../api/answers.ts';
import { useNow, When } from '../frame/time.tsx';

type BrokenChannelsProps = { readonly broken: Product['broken_channels'] };

/** Channels whose messages fail, the reason, and what fixes them. */
export const BrokenChannels = ({ broken }: BrokenChannelsProps) => {
  const nowMs = useNow();
  return broken.map(({ channel, target, reason, since }) => (
    <Alert key={`${channel} ${target}`} type="error" header={`Messages to ${channelOf(channel).label} fail`}>
      <span className="words">
        Messages to {target} have failed since <When iso={since} nowMs={nowMs} />: {reason}. Enter a new value, or send
        a successful test to resume.
      </span>
    </Alert>
  ));
};
