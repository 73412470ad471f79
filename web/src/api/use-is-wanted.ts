import { useCallback, useEffect, useRef } from 'react';

/** Whether a path is still the one on screen: false once another took its place, or its view was left. */
export const useIsWanted = (path: string): ((asked: string) => boolean) => {
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    wanted.current = path;
    return () => {
      wanted.current = null;
    };
  }, [path]);
  return useCallback((asked) => wanted.current === asked, []);
};
