import SplitPanel from '@cloudscape-design/components/split-panel';
import { lazy, Suspense, useState } from 'react';
import type { ListedNotification } from '../api/answers.ts';
import { FirstSteps } from '../first-steps/first-steps.tsx';
import { Boundary } from '../frame/boundary.tsx';
import { Frame } from '../frame/frame.tsx';
import { pageNumberOf } from '../frame/pages.tsx';
import { closeBeside, urlOf, useRoute } from '../frame/route.ts';
import { useListPreferences } from '../frame/use-list-preferences.ts';
import { hidesViewed, listPath } from './filter.ts';
import { NotificationTable } from './notification-table.tsx';
import { titleOf } from './title-of.ts';
import { useFocusBack } from './use-focus-back.ts';
import { useNotificationList } from './use-list.ts';

const NotificationPanel = lazy(() => import('./notification-panel.tsx'));

type Selection = { readonly path: string; readonly items: readonly ListedNotification[] };

const NOTHING: Selection['items'] = [];

/** The first page: the list, and beside it the notification that the address names. */
const NotificationsView = ({ openId }: { readonly openId: string | null }) => {
  const { query } = useRoute();
  const [preferences, change] = useListPreferences('notifications');
  const place = { path: listPath(query), number: pageNumberOf(query), size: preferences.pageSize };
  const list = useNotificationList(place, openId);
  // Of all pages of one list: what another filter shows has its own selection.
  const [selection, setSelection] = useState<Selection>({ path: place.path, items: [] });
  const selected = selection.path === place.path ? selection.items : NOTHING;
  const close = () => closeBeside(urlOf(['notifications'], query));
  const shown = list.items.find(({ id }) => id === openId);
  useFocusBack(openId);
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
        <NotificationPanel id={openId} list={list} close={close} />
      </Suspense>
    </Boundary>
  );
  return (
    <Frame
      title={shown === undefined ? 'Notifications' : titleOf(shown)}
      help="notifications"
      isWide
      panel={panel ? { content: panel, close } : undefined}
    >
      <FirstSteps />
      <NotificationTable
        list={list}
        query={query}
        isHidingViewed={hidesViewed(query)}
        openId={openId}
        preferences={preferences}
        change={change}
        selected={selected}
        select={(items) => setSelection({ path: place.path, items })}
      />
    </Frame>
  );
};

export default NotificationsView;
