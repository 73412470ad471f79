import Button from '@cloudscape-design/components/button';
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';

/** Something to tell the reader above the page, with a button where something can be done about it. */
export type Message = {
  readonly type: 'success' | 'info' | 'warning' | 'error';
  readonly text: ReactNode;
  readonly action?: { readonly label: string; readonly run: () => void };
};

type Kept = Message & { readonly id: string };

type Messages = {
  readonly items: readonly Kept[];
  readonly tell: (message: Message) => void;
  dismiss(id: string): void;
};

const MessagesContext = createContext<Messages>({ items: [], tell: () => {}, dismiss: () => {} });

/** What went well needs no click to go away again. */
const SUCCESS_MS = 6_000;

export const MessagesProvider = ({ children }: { readonly children: ReactNode }) => {
  const [items, setItems] = useState<readonly Kept[]>([]);
  const dismiss = useCallback((id: string) => setItems((kept) => kept.filter((item) => item.id !== id)), []);
  const tell = useCallback(
    (message: Message) => {
      const id = crypto.randomUUID();
      // One thing at a time: a second failure of the same kind says no more than the first.
      setItems((kept) => [...kept.filter((item) => item.type !== message.type), { ...message, id }]);
      if (message.type === 'success') setTimeout(() => dismiss(id), SUCCESS_MS);
    },
    [dismiss],
  );
  const value = useMemo(() => ({ items, tell, dismiss }), [items, tell, dismiss]);
  return <MessagesContext value={value}>{children}</MessagesContext>;
};

/** Tells the reader something. */
export const useTell = (): Messages['tell'] => use(MessagesContext).tell;

/** The messages that have not been dismissed. */
export const MessageBar = () => {
  const { items, dismiss } = use(MessagesContext);
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
  return <Flashbar items={shown} />;
};
