import { useEffect } from 'react';

let typed = 0;

const hold = (event: BeforeUnloadEvent): void => event.preventDefault();

/** Whether somewhere on the page something is typed that has not been saved. */
export const hasUnsaved = (): boolean => typed > 0;

/** While `isUnsaved`, the browser asks before the page is left. */
export const useUnsaved = (isUnsaved: boolean): void => {
  useEffect(() => {
    if (!isUnsaved) return;
    typed += 1;
    if (typed === 1) addEventListener('beforeunload', hold);
    return () => {
      typed -= 1;
      if (typed === 0) removeEventListener('beforeunload', hold);
    };
  }, [isUnsaved]);
};
