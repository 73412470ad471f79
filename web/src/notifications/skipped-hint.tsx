import Box from '@cloudscape-design/components/box';

/** What to do about a skipped delivery, by its `reason_code`; others need no step, or are ones that this page does not know. */
const NEXT_STEP: Readonly<Record<string, string>> = {
  no_sender: 'An administrator can set email_from in the settings.',
  target_removed: 'Set the channel again in the product or the settings.',
  address_suppressed: 'Ask the person, and an administrator to lift it in the settings.',
  address_gone: 'Correct the address, or set the list again.',
};

/** The next step for a skipped delivery. */
export const SkippedHint = ({ code, mayRetry }: { readonly code: string | null; readonly mayRetry: boolean }) => {
  const step = code === null ? undefined : NEXT_STEP[code];
  if (step === undefined) return null;
  return (
    <Box color="text-body-secondary" fontSize="body-s">
      {step}
      {mayRetry && ' Then send the message again here.'}
    </Box>
  );
};
