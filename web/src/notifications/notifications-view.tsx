import { lazy, Suspense, useState } from 'react';
import { Frame } from '../frame/frame.tsx';
import { navigate, urlOf, useRoute } from '../frame/route.ts';
import { hidesViewed, listPath } from './filter.ts';
import { NotificationTable } from './notification-table.tsx';
import { useNotificationList } from './use-list.ts';

const NotificationPanel = lazy(() => import('./notification-panel.tsx'));

/** The first page: the list, and beside it the notification that the address names. */
const NotificationsView = ({ openId }: { readonly openId: string | null }) => {
  const { query } = useRoute();
  const list = useNotificationList(listPath(query));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const close = () => navigate(urlOf(['notifications'], query));
  const panel = openId !== null && (
    <Suspense>
      <NotificationPanel key={openId} id={openId} list={list} close={close} />
    </Suspense>
  );
  return (
    <Frame isWide panel={panel ? { content: panel, close } : undefined}>
      <NotificationTable
        list={list}
        query={query}
        isHidingViewed={hidesViewed(query)}
        openId={openId}
        selected={selected}
        select={setSelected}
      />
    </Frame>
  );
};

export default NotificationsView;
