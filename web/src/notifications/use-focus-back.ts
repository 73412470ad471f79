import { useEffect, useRef } from 'react';
import { CONTENT_ID } from '../frame/skip-link.tsx';

/** Marks the link of a notification in the list. */
export const linkId = (id: string): string => `notification-${id}`;

const linkOf = (id: string) => document.querySelector<HTMLElement>(`#${linkId(id)} a`);

/** Time in which the table draws its rows anew after the panel has closed. */
const REDRAWN_MS = 200;

/**
 * When the panel closes, the focus returns to the link that opened it, or to the list where its row is hidden or soon will be
 * (`isLeaving`): a row that has the focus stays.
 */
export const useFocusBack = (openId: string | null, isLeaving: (id: string) => boolean): void => {
  const before = useRef(openId);
  const latest = useRef(isLeaving);
  latest.current = isLeaving;
  useEffect(() => {
    const closed = openId === null ? before.current : null;
    before.current = openId;
    if (closed === null) return undefined;
    const link = () => (latest.current(closed) ? null : linkOf(closed));
    link()?.focus();
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) (link() ?? document.getElementById(CONTENT_ID))?.focus();
    }, REDRAWN_MS);
    return () => clearTimeout(timer);
  }, [openId]);
};
