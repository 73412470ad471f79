import type { Notification } from '../api/answers.ts';
import { useCaller } from '../api/api-context.ts';
import { LinkOrAsk } from '../frame/link-or-ask.tsx';
import { urlOf } from '../frame/route.ts';

type ChannelsLinkProps = {
  readonly notification: Pick<Notification, 'type' | 'product_id'>;
  /** What to do there. */
  readonly children: string;
};

/** Leads to the channels that a notification is sent to: its product's, or for administrators those of the settings. */
export const ChannelsLink = ({ notification: { type, product_id }, children }: ChannelsLinkProps) => {
  const { is_administrator } = useCaller();
  const href =
    type === 'security_gate' && product_id !== null
      ? urlOf(['products', product_id])
      : is_administrator
        ? '/settings'
        : null;
  return <LinkOrAsk href={href}>{children}</LinkOrAsk>;
};
