import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import type { Target } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { ConfirmDialog } from '../frame/confirm-dialog.tsx';
import { useShowMessage } from '../frame/messages.tsx';
import { useAction } from '../frame/use-action.ts';
import { Words } from '../frame/words.tsx';
import { waitingSentence } from './target-state.ts';

type PauseButtonProps = { readonly target: Target; readonly refresh: () => Promise<void> };

/** Pauses a target after a question, or resumes it. */
export const PauseButton = ({ target, refresh }: PauseButtonProps) => {
  const api = useApi();
  const showMessage = useShowMessage();
  const [isAsking, setAsking] = useState(false);
  const isPaused = target.state === 'paused';
  const pausing = useAction<boolean>({
    failure: (paused) => `Can't ${paused ? 'pause' : 'resume'} ${target.target}`,
    work: async (paused) => {
      await api.send('PATCH', `/targets/${encodeURIComponent(target.id)}`, { paused });
      const text = paused ? `${target.target} is paused.` : `${target.target} is resumed. What waited is sent now.`;
      showMessage({ type: 'success', text: <Words>{text}</Words> });
    },
    settled: refresh,
  });

  const name = isPaused ? 'Resume' : 'Pause';
  return (
    <>
      <Button
        ariaLabel={`${name} ${target.target}`}
        loading={pausing.isPending}
        wrapText={false}
        onClick={() => (isPaused ? pausing.mutate(false) : setAsking(true))}
      >
        {name}
      </Button>
      {isAsking && (
        <ConfirmDialog
          header={`Pause ${target.target}?`}
          action="Pause"
          confirm={() => pausing.mutate(true)}
          close={() => setAsking(false)}
        >
          {waitingSentence(target)} Nothing is sent to it until an administrator resumes it, whichever product sends to
          it. What waits then is sent in one message.
        </ConfirmDialog>
      )}
    </>
  );
};
