import Box from '@cloudscape-design/components/box';

/** What to do about a skipped delivery, by its `reason_code`; others need no step, or are ones that this page does not know. */
const NEXT_STEP: Readonly<Record<string, string>> = {
  no_sender: 'An administrator can set the From address in the settings.',
  target_removed: 'Configure the channel again in the product or the settings.',
  address_suppressed: 'If the recipient agrees, an administrator can allow email to them in the settings.',
  address_gone: 'Correct the email address.',
};

/** The next step for a skipped delivery. */
export const SkippedHint = ({ code, mayRetry }: { readonly code: string | null; readonly mayRetry: boolean }) => {
  const step = code === null ? undefined : NEXT_STEP[code];
  if (step === undefined) return null;
  return (
    <Box color="text-body-secondary" fontSize="body-s">
      {step}
      {mayRetry && ' Then send the message again.'}
    </Box>
  );
};
