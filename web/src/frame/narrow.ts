import { useSyncExternalStore } from 'react';

const media = (query: string): (() => boolean) => {
  const list = matchMedia(query);
  const subscribe = (changed: () => void): (() => void) => {
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  };
  return () => useSyncExternalStore(subscribe, () => list.matches);
};

/** Whether the page is as narrow as a telephone's: Cloudscape's own breakpoint `xs`. */
export const useNarrow = media('(max-width: 688px)');

/** Whether the page has no room for a table beside the navigation. */
export const useTight = media('(max-width: 900px)');

/** Whether the page has room for the navigation and a table with all its columns. */
export const useWide = media('(min-width: 1400px)');
