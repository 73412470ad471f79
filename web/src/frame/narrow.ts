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

/** Whether the page has no room for a table of six columns beside the navigation. */
export const useSnug = media('(max-width: 1199px)');

/** Whether the page has room for the navigation and a table with all its columns. */
export const useWide = media('(min-width: 1400px)');

/** A column's width in a window of 1,440 pixels, and more in a wider one: `share` is its part of the rest. */
export const widthWith = (width: number, share: number): number =>
  width + Math.round(share * Math.max(0, innerWidth - 1_440));
