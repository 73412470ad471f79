import AppLayout from '@cloudscape-design/components/app-layout';
import { type ReactNode, useState } from 'react';
import { MessageBar } from './messages.tsx';
import { useNarrow } from './narrow.ts';
import { Navigation } from './navigation.tsx';
import { CONTENT_ID } from './skip-link.tsx';
import { useStoredNumber } from './stored.ts';
import { useTitle } from './title.ts';

/** A panel beside or below the content. */
type Panel = { readonly content: ReactNode; readonly close: () => void };

type FrameProps = {
  /** Names the view in the window's title. */
  readonly title: string;
  readonly children: ReactNode;
  readonly panel?: Panel | undefined;
  readonly isWide?: boolean;
};

/** Whether the reader has folded the navigation away; kept from view to view. */
let isFolded = false;

const LABELS = {
  navigation: 'Navigation',
  navigationClose: 'Close navigation',
  navigationToggle: 'Open navigation',
  notifications: 'Messages',
};

/** The frame around a view: navigation, messages, and its panel. */
export const Frame = ({ title, children, panel, isWide = false }: FrameProps) => {
  const isNarrow = useNarrow();
  useTitle(title);
  const [isOpen, setOpen] = useState(!isNarrow && !isFolded);
  const [position, setPosition] = useState<'side' | 'bottom'>('side');
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
      toolsHide
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
