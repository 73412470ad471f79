import Box from '@cloudscape-design/components/box';
import type { ReactNode } from 'react';
import type { Delivery, Notification } from '../api/answers.ts';
import { useCaller } from '../api/api-context.ts';
import { LinkOrAsk } from '../frame/link-or-ask.tsx';
import { ChannelsLink } from './channels-link.tsx';

type StepProps = { readonly notification: Notification };

/** Leads administrators to the settings; for others, says who can do it. */
const SettingsLink = ({ children }: { readonly children: string }) => (
  <LinkOrAsk href={useCaller().is_administrator ? '/settings' : null}>{children}</LinkOrAsk>
);

const SetSender = () => <SettingsLink>Set the From address</SettingsLink>;
const ConfigureChannel = ({ notification }: StepProps) => (
  <ChannelsLink notification={notification}>Configure the channel again</ChannelsLink>
);
const CorrectAddress = ({ notification }: StepProps) => (
  <ChannelsLink notification={notification}>Correct the email address</ChannelsLink>
);
const AllowAddress = () => <SettingsLink>If the recipient agrees, allow email to them</SettingsLink>;

/** What to do about a skipped delivery, by its `reason_code`; others need no step, or are ones that this page does not know. */
const NEXT_STEP: Readonly<Record<string, (props: StepProps) => ReactNode>> = {
  no_sender: SetSender,
  target_removed: ConfigureChannel,
  address_suppressed: AllowAddress,
  address_gone: CorrectAddress,
};

type HintProps = StepProps & { readonly delivery: Delivery; readonly mayRetry: boolean };

/** The next step for a skipped delivery. */
export const SkippedHint = ({ notification, delivery: { reason_code }, mayRetry }: HintProps) => {
  const Step = reason_code === null ? undefined : NEXT_STEP[reason_code];
  if (Step === undefined) return null;
  return (
    <Box color="text-body-secondary" fontSize="body-s">
      <Step notification={notification} />
      {mayRetry && ' Then send the message again.'}
    </Box>
  );
};
