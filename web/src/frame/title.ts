import { useEffect } from 'react';
import { useUnviewed } from './unviewed.tsx';

/** Names the view in the window's title, after the number of new notifications. */
export const useTitle = (title: string): void => {
  const { count } = useUnviewed();
  const prefix = count === undefined || count.count === 0 ? '' : `(${count.text}) `;
  useEffect(() => {
    document.title = `${prefix}${title} · Gatebell`;
  }, [prefix, title]);
};
