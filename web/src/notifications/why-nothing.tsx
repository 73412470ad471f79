import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Notification } from '../api/answers.ts';
import { useCaller } from '../api/api-context.ts';
import { follow, urlOf } from '../frame/route.ts';
import { Status } from '../frame/status.tsx';

const WhereToSet = ({ notification }: { readonly notification: Notification }) => {
  const { is_administrator } = useCaller();
  const { type, product_id } = notification;
  if (type === 'security_gate' && product_id !== null) {
    return (
      <Link href={urlOf(['products', product_id])} onFollow={follow}>
        View the product's notification settings
      </Link>
    );
  }
  if (!is_administrator) return <>An administrator can configure them in the settings.</>;
  return (
    <Link href="/settings" onFollow={follow}>
      Configure the exception channels
    </Link>
  );
};

/** Answers "why was nothing sent?" where there is no delivery. */
export const WhyNothing = ({ notification }: { readonly notification: Notification }) => {
  if (notification.fanned_out_at === null) {
    return <Status type="pending">Preparing deliveries…</Status>;
  }
  const owner = notification.type === 'security_gate' ? 'the product' : 'the exception channels';
  return (
    <Box textAlign="left">
      <SpaceBetween size="xxs">
        <Box variant="strong">Why was nothing sent?</Box>
        <span>No message was sent because no email address or webhook was configured for {owner}.</span>
        <WhereToSet notification={notification} />
      </SpaceBetween>
    </Box>
  );
};
