import { useEffect, useRef } from 'react';
import { CONTENT_ID } from '../frame/skip-link.tsx';

/** Marks the link of a notification in the list. */
export const linkId = (id: string): string => `notification-${id}`;

const linkOf = (id: string) => document.querySelector<HTMLElement>(`#${linkId(id)} a`);

/** Time in which the table draws its rows anew after the panel has closed. */
const REDRAWN_MS = 200;

/** When the panel closes, the focus returns to the link that opened it, or to the list where that is hidden by now. */
export const useFocusBack = (openId: string | null): void => {
  const before = useRef(openId);
  useEffect(() => {
    const closed = openId === null ? before.current : null;
    before.current = openId;
    if (closed === null) return undefined;
    linkOf(closed)?.focus();
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) (linkOf(closed) ?? document.getElementById(CONTENT_ID))?.focus();
    }, REDRAWN_MS);
    return () => clearTimeout(timer);
  }, [openId]);
};
