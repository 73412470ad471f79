import SplitPanel from '@cloudscape-design/components/split-panel';
import { Suspense, useDeferredValue, useEffect } from 'react';
import type { Notification } from '../api/answers.ts';
import { useLive } from '../api/use-live.ts';
import { FirstSteps } from '../first-steps/first-steps.tsx';
import { Boundary } from '../frame/boundary.tsx';
import { Frame } from '../frame/frame.tsx';
import { closeBeside, urlOf, useRoute } from '../frame/route.ts';
import { scriptOf } from '../frame/script.ts';
import { scripted } from '../frame/scripted.tsx';
import { NotificationTable } from './notification-table.tsx';
import { titleOf } from './title-of.ts';

const PANEL_SCRIPT = scriptOf(() => import('./notification-panel.tsx'));
const NotificationPanel = scripted(PANEL_SCRIPT);

/** While messages are on their way their state is news. */
const EVERY_MS = 4_000;

/** The first page: the list, and beside it the notification that the address names. */
const NotificationsView = ({ openId }: { readonly openId: string | null }) => {
  const { query } = useRoute();
  const read = useLive<Notification>(openId === null ? null : `/notifications/${encodeURIComponent(openId)}`, EVERY_MS);
  // The panel opens at once. The list then makes room for it, which takes as long as it has rows.
  const listedId = useDeferredValue(openId);
  useEffect(() => {
    // Ahead of the first click. A script that fails to load is reported where it is needed.
    PANEL_SCRIPT.load().catch(() => {});
  }, []);
  const close = () => closeBeside(urlOf(['notifications'], query));
  const panel = openId !== null && (
    <Boundary
      key={openId}
      what="Can't show the notification"
      around={(alert) => (
        <SplitPanel header="Notification" closeBehavior="hide">
          {alert}
        </SplitPanel>
      )}
    >
      <Suspense>
        <NotificationPanel id={openId} read={read} close={close} />
      </Suspense>
    </Boundary>
  );
  return (
    <Frame
      title={read.body === undefined ? 'Notifications' : titleOf(read.body)}
      help="notifications"
      isWide
      panel={panel ? { content: panel, close } : undefined}
    >
      <FirstSteps />
      <NotificationTable search={query.toString()} openId={listedId} />
    </Frame>
  );
};

export default NotificationsView;
