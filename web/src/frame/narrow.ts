import { useSyncExternalStore } from 'react';

const NARROW = matchMedia('(max-width: 688px)');

const subscribe = (changed: () => void): (() => void) => {
  NARROW.addEventListener('change', changed);
  return () => NARROW.removeEventListener('change', changed);
};

/** Whether the page is as narrow as a telephone's: Cloudscape's own breakpoint `xs`. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => NARROW.matches);
