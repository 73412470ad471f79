import Button from '@cloudscape-design/components/button';
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';

import { useStateMessages } from './state-messages.tsx';

/** A message above the page, with a button if there is something to do about it. */
export type Message = {
  readonly type: 'success' | 'info' | 'warning' | 'error';
  readonly text: ReactNode;
  readonly action?: { readonly label: string; readonly run: () => void };
};

type ShownMessage = Message & { readonly id: string };

type Messages = {
  readonly items: readonly ShownMessage[];
  readonly showMessage: (message: Message) => void;
  dismiss(id: string): void;
};

const MessagesContext = createContext<Messages>({ items: [], showMessage: () => {}, dismiss: () => {} });

/** Messages about what went well, or goes on by itself, close by themselves. */
const BRIEF_MS = 6_000;
const isBrief = ({ type }: Message): boolean => type === 'success' || type === 'info';

export const MessagesProvider = ({ children }: { readonly children: ReactNode }) => {
  const [items, setItems] = useState<readonly ShownMessage[]>([]);
  const dismiss = useCallback((id: string) => setItems((shown) => shown.filter((item) => item.id !== id)), []);
  const showMessage = useCallback(
    (message: Message) => {
      const id = crypto.randomUUID();
      // One thing at a time: a second failure of the same kind says no more than the first.
      setItems((shown) => [...shown.filter((item) => item.type !== message.type), { ...message, id }]);
      if (isBrief(message)) setTimeout(() => dismiss(id), BRIEF_MS);
    },
    [dismiss],
  );
  const value = useMemo(() => ({ items, showMessage, dismiss }), [items, showMessage, dismiss]);
  return <MessagesContext value={value}>{children}</MessagesContext>;
};

/** Shows a message above the page. */
export const useShowMessage = (): Messages['showMessage'] => use(MessagesContext).showMessage;

/** The messages that have not been dismissed. */
export const MessageBar = () => {
  const { items, dismiss } = use(MessagesContext);
  const stateMessages = useStateMessages();
  const shown = items.map((item): FlashbarProps.MessageDefinition => {
    const { action } = item;
    const run = () => {
      dismiss(item.id);
      action?.run();
    };
    return {
      id: item.id,
      type: item.type,
      content: item.text,
      dismissible: true,
      dismissLabel: 'Dismiss',
      onDismiss: () => dismiss(item.id),
      action: action && <Button onClick={run}>{action.label}</Button>,
    };
  });
  return <Flashbar items={[...stateMessages, ...shown]} />;
};
