import AppLayout from '@cloudscape-design/components/app-layout';
import { type ReactNode, useState } from 'react';
import { MessageBar } from './messages.tsx';
import { useNarrow } from './narrow.ts';
import { Navigation } from './navigation.tsx';

/** A panel beside or below the content. */
type Panel = { readonly content: ReactNode; readonly close: () => void };

type FrameProps = { readonly children: ReactNode; readonly panel?: Panel | undefined; readonly isWide?: boolean };

/** Whether the reader has folded the navigation away; kept from view to view. */
let isFolded = false;

const LABELS = {
  navigation: 'Navigation',
  navigationClose: 'Close navigation',
  navigationToggle: 'Open navigation',
  notifications: 'Messages',
};

/** The frame around a view: navigation, messages, and its panel. */
export const Frame = ({ children, panel, isWide = false }: FrameProps) => {
  const isNarrow = useNarrow();
  const [isOpen, setOpen] = useState(!isNarrow && !isFolded);
  const [position, setPosition] = useState<'side' | 'bottom'>('side');
  const [size, setSize] = useState(520);
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
      content={children}
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
