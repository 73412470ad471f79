import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import SplitPanel from '@cloudscape-design/components/split-panel';
import { useEffect, useRef, useState } from 'react';
import type { Notification } from '../api/answers.ts';
import { useApi } from '../api/api-context.ts';
import type { Live } from '../api/use-live.ts';
import { useShowMessage } from '../frame/messages.tsx';
import { ProblemAlert } from '../frame/problem-alert.tsx';
import { useUnviewed } from '../frame/unviewed.tsx';
import { useAction } from '../frame/use-action.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { Deliveries } from './deliveries.tsx';
import { NotificationFields, NotificationMessage } from './notification-fields.tsx';
import { useShownChanges } from './shown-changes.ts';
import { unbrokenTitleOf } from './title-of.ts';
import { useMayDelete } from './use-may-delete.ts';

const NONE: readonly Notification[] = [];

type PanelProps = { readonly id: string; readonly read: Live<Notification>; readonly close: () => void };

/** Marks what is opened as viewed, once. */
const useMarking = (notification: Notification | undefined, readAgain: () => Promise<void>): void => {
  const api = useApi();
  const unviewed = useUnviewed();
  const { showAs } = useShownChanges();
  const latest = useRef({ unviewed, readAgain });
  latest.current = { unviewed, readAgain };
  const [id, isViewed] = [notification?.id, notification?.viewed];
  useEffect(() => {
    if (id === undefined) return;
    showAs('viewed', [id]);
    if (isViewed) return;
    // A mark that fails leaves the notification new, which is no trouble for the reader.
    api.send('POST', `/notifications/${id}/mark_as_viewed`).then(
      () => Promise.all([latest.current.readAgain(), latest.current.unviewed.refresh()]),
      () => showAs('new', [id]),
    );
  }, [api, showAs, id, isViewed]);
};

const useRemoval = (id: string, close: () => void) => {
  const api = useApi();
  const showMessage = useShowMessage();
  const { refresh } = useUnviewed();
  const { drop } = useShownChanges();
  return useAction({
    failure: () => "Can't delete the notification",
    work: async () => {
      await api.remove(`/notifications/${id}`);
      drop([id]);
      close();
      showMessage({ type: 'success', text: '1 notification deleted for all users.' });
    },
    settled: refresh,
  });
};

/** One notification in full. */
const NotificationPanel = ({ id, read: { body, problem, refresh }, close }: PanelProps) => {
  const [isAsking, setAsking] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => top.current?.focus(), []);
  const mayDelete = useMayDelete(body === undefined ? NONE : [body]);
  const removal = useRemoval(id, close);
  useMarking(body, refresh);
  const isGone = problem?.status === 404 || problem?.status === 400;
  return (
    <SplitPanel
      header={isGone ? 'Notification not found' : body === undefined ? 'Notification' : unbrokenTitleOf(body)}
      closeBehavior="hide"
      headerActions={
        body !== undefined &&
        !isGone &&
        mayDelete && (
          <Button loading={removal.isPending} onClick={() => setAsking(true)}>
            Delete
          </Button>
        )
      }
    >
      <div ref={top} tabIndex={-1} className="heading">
        <SpaceBetween size="l">
          {isGone && <Box>It was deleted, or you don't have access. Ask a product owner for access.</Box>}
          {problem && !isGone && <ProblemAlert what="Can't load the notification" problem={problem} retry={refresh} />}
          {body === undefined && problem === null && <Spinner size="large" />}
          {body && !isGone && (
            <SpaceBetween size="xl">
              <NotificationMessage notification={body} />
              <Deliveries notification={body} mayRetry={mayDelete} refresh={refresh} />
              <NotificationFields notification={body} />
            </SpaceBetween>
          )}
        </SpaceBetween>
      </div>
      {isAsking && <DeleteDialog count={1} close={() => setAsking(false)} confirm={() => removal.mutate()} />}
    </SplitPanel>
  );
};

export default NotificationPanel;
