import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import type { Retried } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { asProblem, describeProblem } from '../api/problem.ts';
import { ConfirmDialog } from '../frame/confirm-dialog.tsx';
import { useShowMessage } from '../frame/messages.tsx';
import { formatNumber } from '../frame/number.ts';
import { At } from '../frame/time.tsx';
import { queuedText, type Range } from './ranges.ts';
import { retryAll } from './retry-all.ts';

type SendAgainProps = {
  readonly range: Range;
  readonly since: string;
  readonly productId: string | null;
  readonly isEmpty: boolean;
  readonly refresh: () => Promise<void>;
};

/** Sends all failed deliveries of a range again, after a question. */
export const SendAgain = ({ range, since, productId, isEmpty, refresh }: SendAgainProps) => {
  const api = useApi();
  const showMessage = useShowMessage();
  const [isAsking, setAsking] = useState(false);
  const [queued, setQueued] = useState<number | null>(null);

  const sendPart = (cursor: string | null): Promise<Retried> => {
    const scope = { since, ...(productId !== null && { product_id: productId }) };
    return api.send('POST', '/deliveries/retry', { ...scope, ...(cursor !== null && { cursor }) });
  };
  const run = async (): Promise<void> => {
    setAsking(false);
    setQueued(0);
    try {
      const all = await retryAll(sendPart, setQueued);
      showMessage({ type: 'success', text: queuedText(all) });
    } catch (thrown) {
      const text = `Can't send all again: ${describeProblem(asProblem(thrown))}`;
      showMessage({ type: 'error', text, action: { label: 'Try again', run: () => void run() } });
    } finally {
      await refresh();
      setQueued(null);
    }
  };

  return (
    <>
      <Button
        iconName="redo"
        disabled={isEmpty && queued === null}
        loading={queued !== null}
        loadingText={`Sending all again: ${formatNumber(queued ?? 0)} so far`}
        onClick={() => setAsking(true)}
      >
        Send all again
      </Button>
      {isAsking && (
        <ConfirmDialog
          header="Send all failed deliveries again?"
          action="Send all again"
          confirm={() => void run()}
          close={() => setAsking(false)}
        >
          {range.ms === null ? (
            'All deliveries that failed'
          ) : (
            <>
              Deliveries that failed since <At iso={since} />
            </>
          )}{' '}
          {productId === null ? 'are sent again, for all products.' : 'are sent again.'} One that a newer change
          replaces is skipped. Deliveries for one target go together in one message.
        </ConfirmDialog>
      )}
    </>
  );
};
