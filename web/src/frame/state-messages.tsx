import Button from '@cloudscape-design/components/button';
import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { describeProblem } from '../api/problem.ts';
import { type Expiry, useExpiry } from '../session/expiry.ts';
import { useOnline } from './online.ts';
import { useUnviewed } from './unviewed.tsx';

type Item = FlashbarProps.MessageDefinition;

const expired = ({ signIn, signInHere, isBusy, error }: Expiry): Item => ({
  id: 'expired',
  type: 'warning',
  header: 'Your session expired',
  content: `Your changes aren't saved yet. Sign in again in a new window, and they stay here. ${error}`,
  action: (
    <SpaceBetween size="xs" direction="horizontal">
      {error !== '' && <Button onClick={signInHere}>Sign in here and discard changes</Button>}
      <Button loading={isBusy} onClick={signIn}>
        Sign in again
      </Button>
    </SpaceBetween>
  ),
});

const OFFLINE: Item = {
  id: 'offline',
  type: 'warning',
  content: 'You are offline. This page shows what was loaded last, and updates when you are back online.',
};

/** Messages about a state of the page, which end with it: an expired session, no network, no answers. */
export const useStateMessages = (): Item[] => {
  const isOnline = useOnline();
  const expiry = useExpiry();
  const { problem } = useUnviewed();
  const uncounted: Item | null = problem && {
    id: 'uncounted',
    type: 'warning',
    content: `Can't check for new notifications. Gatebell tries again automatically. ${describeProblem(problem)}`,
  };
  return [expiry && expired(expiry), isOnline ? uncounted : OFFLINE].filter((item) => item !== null);
};
