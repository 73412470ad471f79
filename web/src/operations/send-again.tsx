import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import type { Retried } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { ConfirmDialog } from '../frame/confirm-dialog.tsx';
import { useShowMessage } from '../frame/messages.tsx';
import { formatNumber } from '../frame/number.ts';
import { At } from '../frame/time.tsx';
import { useAction } from '../frame/use-action.ts';
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
  const [queued, setQueued] = useState(0);

  const sendPart = (cursor: string | null): Promise<Retried> => {
    const scope = { since, ...(productId !== null && { product_id: productId }) };
    return api.send('POST', '/deliveries/retry', { ...scope, ...(cursor !== null && { cursor }) });
  };
  const sending = useAction({
    failure: () => "Can't send all again",
    work: async () => {
      setQueued(0);
      const all = await retryAll(sendPart, setQueued);
      showMessage({ type: 'success', text: queuedText(all) });
    },
    settled: refresh,
  });

  return (
    <>
      <Button
        iconName="redo"
        disabled={isEmpty && !sending.isPending}
        loading={sending.isPending}
        loadingText={`Sending all again: ${formatNumber(queued)} so far`}
        onClick={() => setAsking(true)}
      >
        Send all again
      </Button>
      {isAsking && (
        <ConfirmDialog
          header="Send all failed deliveries again?"
          action="Send all again"
          confirm={() => sending.mutate()}
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
