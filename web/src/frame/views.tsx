import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import { Suspense, useRef } from 'react';
import { Boundary } from './boundary.tsx';
import { Frame } from './frame.tsx';
import { focusNextHeading } from './heading.tsx';
import { NotFound } from './not-found.tsx';
import { useRoute, viewOf } from './route.ts';
import { scripted } from './scripted.tsx';
import { VIEW_SCRIPTS } from './view-scripts.ts';

const NotificationsView = scripted(VIEW_SCRIPTS.notifications);
const ProductsView = scripted(VIEW_SCRIPTS.products);
const ProductView = scripted(VIEW_SCRIPTS.product);
const OperationsView = scripted(VIEW_SCRIPTS.operations);
const SettingsView = scripted(VIEW_SCRIPTS.settings);

const Loading = () => (
  <Box textAlign="center" padding="xxl">
    <Spinner size="large" />
  </Box>
);

const CurrentView = () => {
  const { path } = useRoute();
  const [first = 'notifications', id, ...rest] = path;
  if (rest.length > 0) return <NotFound />;
  switch (first) {
    case 'notifications':
      return <NotificationsView openId={id ?? null} />;
    case 'products':
      return id === undefined ? <ProductsView /> : <ProductView key={id} id={id} />;
    case 'operations':
      return id === undefined ? <OperationsView /> : <NotFound />;
    case 'settings':
      return id === undefined ? <SettingsView /> : <NotFound />;
    default:
      return <NotFound />;
  }
};

/** What the route leads to. A view's script is loaded when it is first shown. */
export const Views = () => {
  const view = viewOf(useRoute().url);
  const before = useRef(view);
  if (before.current !== view) focusNextHeading();
  before.current = view;
  return (
    // By its key the view before goes at once: two frames at a time would both control the navigation.
    <Boundary key={view} what="Can't load this view" around={(alert) => <Frame title="Error">{alert}</Frame>}>
      <Suspense fallback={<Loading />}>
        <CurrentView />
      </Suspense>
    </Boundary>
  );
};
