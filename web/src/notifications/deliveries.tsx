import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useRef } from 'react';
import { channelOf } from '../../../core/channels/channels.ts';
import type { Delivery, Notification } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import { useShowMessage } from '../frame/messages.tsx';
import { Status } from '../frame/status.tsx';
import { Ago, Until, useNow, When } from '../frame/time.tsx';
import { useAction } from '../frame/use-action.ts';
import { Words } from '../frame/words.tsx';
import { inOrder, STATUS_NAMES, summaryOf } from './delivery-order.ts';
import { reasonOf, sentNotes, waitOf } from './delivery-words.ts';
import { SkippedHint } from './skipped-hint.tsx';
import { WhyNothing } from './why-nothing.tsx';

const SIGNS = {
  pending: 'pending',
  sent: 'success',
  retrying: 'in-progress',
  failed: 'error',
  skipped: 'stopped',
} as const satisfies Record<Delivery['status'], StatusIndicatorProps.Type>;

type DeliveriesProps = {
  readonly notification: Notification;
  readonly mayRetry: boolean;
  readonly refresh: () => Promise<void>;
};

type DeliveryProps = DeliveriesProps & { readonly delivery: Delivery; readonly focusHeading: () => void };

const RetryButton = ({ notification, delivery, refresh, focusHeading }: Omit<DeliveryProps, 'mayRetry'>) => {
  const api = useApi();
  const showMessage = useShowMessage();
  const retry = useAction({
    failure: () => "Can't send again",
    work: async () => {
      await api.send('POST', `/notifications/${notification.id}/deliveries/${delivery.delivery_id}/retry`);
      showMessage({ type: 'info', text: `Sending to ${delivery.target} again.` });
      // The button, which has the focus, goes when the delivery does.
      focusHeading();
    },
    settled: refresh,
  });
  return (
    <Button
      iconName="redo"
      loading={retry.isPending}
      ariaLabel={`Send again to ${delivery.target}`}
      onClick={() => retry.mutate()}
    >
      Send again
    </Button>
  );
};

/** What a delivery waits for. The status of one that failed and is tried again shows that by itself. */
const Waiting = ({ delivery }: Pick<DeliveryProps, 'delivery'>) => {
  const wait = waitOf(delivery);
  const nowMs = useNow();
  if (wait === null || isRetriedByItself(delivery)) return null;
  return (
    <span>
      {wait.text}
      {wait.at !== null && (
        <>
          {' '}
          <When iso={wait.at} nowMs={nowMs} />
        </>
      )}
    </span>
  );
};

const isRetriedByItself = ({ status, due_reason }: Delivery): boolean =>
  status === 'retrying' && (due_reason === 'failing' || due_reason === null);

const Outcome = (props: DeliveryProps) => {
  const { notification, delivery, mayRetry } = props;
  const { status, attempts, due_at } = delivery;
  const reason = reasonOf(delivery, notification);
  const notes = sentNotes(delivery);
  return (
    <SpaceBetween size="xxs">
      <Status type={SIGNS[status]}>
        {STATUS_NAMES[status]}
        {isRetriedByItself(delivery) && due_at !== null && (
          <>
            {' '}
            <Until iso={due_at} />
          </>
        )}
      </Status>
      {notes !== '' && <span>{notes}</span>}
      <Waiting delivery={delivery} />
      {reason !== null && <Words>{reason}</Words>}
      {status === 'skipped' && <SkippedHint notification={notification} delivery={delivery} mayRetry={mayRetry} />}
      <Box color="text-body-secondary" fontSize="body-s">
        {attempts > 0 && `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} · `}
        <Ago iso={delivery.updated} />
      </Box>
      {delivery.retryable && mayRetry && <RetryButton {...props} />}
    </SpaceBetween>
  );
};

/** Who was notified and the results, or why no message was sent. */
export const Deliveries = (props: DeliveriesProps) => {
  const { deliveries } = props.notification;
  const heading = useRef<HTMLSpanElement>(null);
  const focusHeading = () => heading.current?.focus();
  return (
    <Table
      variant="embedded"
      wrapLines
      cellVerticalAlign="top"
      trackBy="delivery_id"
      items={inOrder(deliveries)}
      header={
        <Header variant="h3" description={summaryOf(deliveries)}>
          <span ref={heading} tabIndex={-1} className="heading">
            Deliveries
          </span>
        </Header>
      }
      ariaLabels={{ tableLabel: 'Deliveries' }}
      empty={<WhyNothing notification={props.notification} />}
      columnDefinitions={[
        {
          id: 'target',
          header: 'Sent to',
          isRowHeader: true,
          minWidth: 125,
          cell: ({ channel, target }) => (
            <SpaceBetween size="xxs">
              <span>{channelOf(channel).label}</span>
              <Box color="text-body-secondary" fontSize="body-s">
                <Words>{target}</Words>
              </Box>
            </SpaceBetween>
          ),
        },
        {
          id: 'outcome',
          header: 'Status',
          minWidth: 195,
          cell: (delivery) => <Outcome {...props} delivery={delivery} focusHeading={focusHeading} />,
        },
      ]}
    />
  );
};
