import { useEffect, useRef } from 'react';

/** Marks the link of a notification in the list. */
export const linkId = (id: string): string => `notification-${id}`;

/** When the panel closes, the focus returns to the link that opened it. */
export const useFocusBack = (openId: string | null): void => {
  const before = useRef(openId);
  useEffect(() => {
    const closed = openId === null ? before.current : null;
    before.current = openId;
    if (closed !== null) document.querySelector<HTMLElement>(`#${linkId(closed)} a`)?.focus();
  }, [openId]);
};
