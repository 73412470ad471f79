import AppLayout from '@cloudscape-design/components/app-layout';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { Topic } from '../help/topics.ts';
import { Boundary } from './boundary.tsx';
import { MessageBar } from './messages.tsx';
import { useNarrow } from './narrow.ts';
import { Navigation } from './navigation.tsx';
import { CONTENT_ID } from './skip-link.tsx';
import { useStoredChoice, useStoredNumber } from './stored.ts';
import { useTitle } from './title.ts';

const Help = lazy(() => import('../help/help.tsx'));

/** A panel beside or below the content. */
type Panel = { readonly content: ReactNode; readonly close: () => void };

type FrameProps = {
  /** Names the view in the window's title. */
  readonly title: string;
  readonly children: ReactNode;
  readonly panel?: Panel | undefined;
  /** What the help panel is about; without it there is none. */
  readonly help?: Topic;
  readonly isWide?: boolean;
};

/** Whether the reader has folded the navigation away; kept from view to view. */
let isFolded = false;

const LABELS = {
  navigation: 'Navigation',
  navigationClose: 'Close navigation',
  navigationToggle: 'Open navigation',
  notifications: 'Messages',
  tools: 'Help',
  toolsClose: 'Close help',
  toolsToggle: 'Open help',
};

/** The frame around a view: navigation, messages, and its panel. */
export const Frame = ({ title, children, panel, help, isWide = false }: FrameProps) => {
  const isNarrow = useNarrow();
  useTitle(title);
  const [isOpen, setOpen] = useState(!isNarrow && !isFolded);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [position, setPosition] = useStoredChoice('gatebell:panel-position', ['side', 'bottom']);
  const [size, setSize] = useStoredNumber('gatebell:panel-size', 520);
  return (
    <AppLayout
      headerSelector="#top"
      ariaLabels={LABELS}
      navigation={<Navigation />}
      navigationWidth={240}
      navigationOpen={isOpen}
      onNavigationChange={({ detail }) => {
        if (!isNarrow) isFolded = !detail.open;
        setOpen(detail.open);
      }}
      toolsHide={help === undefined}
      toolsOpen={isHelpOpen}
      onToolsChange={({ detail }) => setHelpOpen(detail.open)}
      tools={
        help !== undefined &&
        isHelpOpen && (
          <Boundary what="Can't load the help">
            <Suspense>
              <Help topic={help} />
            </Suspense>
          </Boundary>
        )
      }
      stickyNotifications
      notifications={<MessageBar />}
      contentType={isWide ? 'table' : 'default'}
      maxContentWidth={isWide ? Number.MAX_VALUE : 1_200}
      content={
        <div id={CONTENT_ID} tabIndex={-1}>
          {children}
        </div>
      }
      splitPanel={panel?.content}
      splitPanelOpen={panel !== undefined}
      splitPanelSize={size}
      splitPanelPreferences={{ position }}
      onSplitPanelToggle={() => panel?.close()}
      onSplitPanelResize={({ detail }) => setSize(detail.size)}
      onSplitPanelPreferencesChange={({ detail }) => setPosition(detail.position)}
    />
  );
};
